# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
# With .git, so that `kiennghi version` names the commit.
COPY . .
RUN CGO_ENABLED=0 go build -pgo=cmd/kiennghi/kiennghi.pgo -trimpath -ldflags='-s -w' -o /out/kiennghi ./cmd/kiennghi \
 && install -d -m 700 /out/data \
 && install -d -m 1777 /out/tmp

# Certificates for Firebase, the SMS gateway, mail and S3, and an entry in /etc/passwd;
# nothing else, no shell.
FROM gcr.io/distroless/static-debian12:nonroot
LABEL org.opencontainers.image.title="kiennghi" \
      org.opencontainers.image.description="Feedback and petitions from submission to published answer" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/kiennghi /kiennghi
COPY --from=build --chown=65532:65532 /out/data /data
COPY --from=build /out/tmp /tmp
USER 65532:65532
# The root may be read-only: the program writes to /data, and uploads on their way to /tmp.
ENV KIENNGHI_DATA=/data KIENNGHI_LISTEN=0.0.0.0:8080 KIENNGHI_METRICS_LISTEN=0.0.0.0:9090
VOLUME ["/data", "/tmp"]
EXPOSE 8080 9090
# A process without the API: healthcheck --worker.
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s CMD ["/kiennghi", "healthcheck"]
ENTRYPOINT ["/kiennghi"]
CMD ["serve"]
