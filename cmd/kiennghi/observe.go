package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"os"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"kiennghi/worker"
)

func newRegistry() *prometheus.Registry {
	reg := prometheus.NewRegistry()
	reg.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return reg
}

// circuitMetric is the metric of the workers' channels for one more neighbour.
func circuitMetric(channel string, open func() bool) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{
		Name: "kiennghi_circuit_open", Help: worker.CircuitHelp, ConstLabels: prometheus.Labels{"channel": channel},
	}, func() float64 {
		if open() {
			return 1
		}
		return 0
	})
}

// serveMetrics answers /metrics, /debug/pprof/, and /healthz for a process without the
// API, on an address of its own, so that none of it is public. It returns how to stop it. When the
// address is taken, most likely by another process of ours, it warns and goes on.
func serveMetrics(address string, reg *prometheus.Registry, log *slog.Logger) (stop func(context.Context) error) {
	nothing := func(context.Context) error { return nil }
	if address == "" {
		return nothing
	}
	ln, err := net.Listen("tcp", address)
	if err != nil {
		log.Warn("no metrics: the address cannot be used; set KIENNGHI_METRICS_LISTEN to another one", "address", address, "error", err.Error())
		return nothing
	}
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(reg, promhttp.HandlerOpts{}))
	mux.HandleFunc("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	go func() {
		if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
			log.Error("metrics", "error", err.Error())
		}
	}()
	return server.Shutdown
}

// startTracing sends traces when OpenTelemetry's own settings name an endpoint. It
// reports whether they do, and returns how to stop it.
func startTracing(ctx context.Context, log *slog.Logger) (on bool, stop func(context.Context) error, err error) {
	if os.Getenv("OTEL_EXPORTER_OTLP_ENDPOINT") == "" && os.Getenv("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT") == "" {
		return false, func(context.Context) error { return nil }, nil
	}
	if os.Getenv("OTEL_SERVICE_NAME") == "" {
		os.Setenv("OTEL_SERVICE_NAME", "kiennghi")
	}
	exporter, err := otlptracehttp.New(ctx)
	if err != nil {
		return false, nil, err
	}
	provider := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	otel.SetTracerProvider(provider)
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) { log.Warn("tracing", "error", err.Error()) }))
	otel.SetTextMapPropagator(propagation.TraceContext{})
	return true, provider.Shutdown, nil
}
