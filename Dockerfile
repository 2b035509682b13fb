# syntax=docker/dockerfile:1
FROM golang:1.26-bookworm AS build
WORKDIR /src
COPY go.mod go.sum ./
RUN go mod download
COPY . .
RUN CGO_ENABLED=0 go build -trimpath -ldflags='-s -w' -o /out/kiennghi ./cmd/kiennghi \
 && install -d -m 700 /out/data

# Certificates for Firebase, the SMS gateway, mail and S3; nothing else, no shell.
FROM gcr.io/distroless/static-debian12:nonroot
COPY --from=build /out/kiennghi /kiennghi
COPY --from=build --chown=65532:65532 /out/data /data
USER 65532:65532
# The root may be read-only: the program writes to /data only.
ENV KIENNGHI_DATA=/data KIENNGHI_LISTEN=0.0.0.0:8080 KIENNGHI_METRICS_LISTEN=0.0.0.0:9090
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=4s --start-period=10s CMD ["/kiennghi", "healthcheck"]
ENTRYPOINT ["/kiennghi"]
CMD ["serve"]
