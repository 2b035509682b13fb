package worker

import (
	"context"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"kiennghi/models"
	"kiennghi/notify"
)

// CircuitHelp is what kiennghi_circuit_open means.
const CircuitHelp = "1 while a service that failed again and again is left alone."

type metrics struct {
	outcomes *prometheus.CounterVec
	age      *prometheus.HistogramVec
	pending  prometheus.Gauge
	parked   prometheus.Gauge
	oldest   prometheus.Gauge
	claimed  prometheus.Gauge
	sealed   prometheus.Gauge
}

func newMetrics(reg prometheus.Registerer, breakers map[notify.Channel]*breaker) *metrics {
	m := &metrics{
		outcomes: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "kiennghi_work_total", Help: "Work that was attempted, by kind and outcome: done, retried, parked, given_up, refused (nobody tried: a circuit is open).",
		}, []string{"kind", "outcome"}),
		age: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "kiennghi_work_age_seconds", Help: "Time from the creation of work until it was done.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 15, 60, 300, 1800, 7200, 86400},
		}, []string{"kind"}),
		pending: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kiennghi_work_pending", Help: "Work that waits to be done or is being done.",
		}),
		parked: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kiennghi_work_parked", Help: "Work that failed too often and waits for staff.",
		}),
		oldest: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kiennghi_work_oldest_seconds", Help: "Age of the oldest work that waits.",
		}),
		claimed: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kiennghi_work_claimed_timestamp_seconds", Help: "When the worker last asked for work and the database answered, whether there was some or not.",
		}),
		sealed: prometheus.NewGauge(prometheus.GaugeOpts{
			Name: "kiennghi_sealed_anew_ratio", Help: "Share of the cases that are sealed with the newest key of the ring; 1 when everything is.",
		}),
	}
	if reg == nil {
		return m
	}
	reg.MustRegister(m.outcomes, m.age, m.pending, m.parked, m.oldest, m.claimed, m.sealed)
	for channel, b := range breakers {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "kiennghi_circuit_open", Help: CircuitHelp,
			ConstLabels: prometheus.Labels{"channel": string(channel)},
		}, func() float64 {
			if b.circuit.Open() {
				return 1
			}
			return 0
		}))
	}
	return m
}

func (m *metrics) settled(x models.Work, outcome string, now time.Time) {
	m.outcomes.WithLabelValues(string(x.Kind), outcome).Inc()
	if outcome == "done" {
		m.age.WithLabelValues(string(x.Kind)).Observe(max(0, now.Sub(x.CreatedAt).Seconds()))
	}
}

// measure refreshes the gauges.
func (w *Worker) measure(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	n, err := w.o.Store.CountWork(ctx)
	if err != nil {
		return // claim says that the store is away
	}
	w.pending.Store(int64(n.Pending))
	w.metrics.pending.Set(float64(n.Pending))
	w.metrics.parked.Set(float64(n.Parked))
	age := 0.0
	if !n.Oldest.IsZero() {
		age = max(0, w.o.Now().Sub(n.Oldest).Seconds())
	}
	w.metrics.oldest.Set(age)
}
