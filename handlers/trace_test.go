package handlers

import (
	"strings"
	"testing"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/sdk/trace/tracetest"
)

func TestTracesDoNotSayWhatWasSearchedFor(t *testing.T) {
	spans := tracetest.NewInMemoryExporter()
	before := otel.GetTracerProvider()
	otel.SetTracerProvider(trace.NewTracerProvider(trace.WithSyncer(spans)))
	t.Cleanup(func() { otel.SetTracerProvider(before) })
	h := newHarness(t, func(o *Options) { o.Tracing = true })
	h.call("GET", "/v1/answers?q=nguyen+thi+bi+mat", "", nil).want(200)
	seen := spans.GetSpans()
	if len(seen) == 0 {
		t.Fatal("nothing was traced")
	}
	for _, s := range seen {
		for _, a := range s.Attributes {
			if strings.Contains(a.Value.String(), "mat") {
				t.Errorf("%s is %q", a.Key, a.Value.String())
			}
		}
	}
}
