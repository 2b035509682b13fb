package handlers

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"runtime"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"kiennghi/models"
	"kiennghi/store"
)

// BenchmarkEventStreams keeps a thousand pages open, of citizens with news or of staff with
// cases, while nothing happens, and says what each costs: processor time in a second, looks at
// the store, and memory. An op is a second. The listeners' own side is in the same process: its
// share is small while nothing is told, but the memory is of both sides.
func BenchmarkEventStreams(b *testing.B) {
	const listeners = 1000
	for name, tokens := range map[string]func(h *harness, hoa string) []string{
		"citizens": func(h *harness, hoa string) (out []string) {
			for n := range listeners / streamsEach {
				token := h.citizen(fmt.Sprint("Người thứ ", n))
				for i := range streamLooksAt { // an inbox as a look reads it
					err := h.o.Store.AddNotification(b.Context(), &models.Notification{ID: models.NewID(), Account: h.accountOf(token),
						Code: fmt.Sprintf("KN-%04d-%04d", n, i), Event: models.ActApprove, At: h.o.Now()})
					if err != nil {
						b.Fatal(err)
					}
				}
				out = append(out, token)
			}
			return out
		},
		"staff": func(h *harness, hoa string) (out []string) {
			for range 20 {
				h.caseOf(hoa)
			}
			for n := range listeners / streamsEach {
				out = append(out, h.staff(fmt.Sprint("can-bo-", n), "vpcp", models.Coordinator))
			}
			return out
		},
	} {
		b.Run(name, func(b *testing.B) {
			var looks atomic.Int64
			h := newHarness(b, func(o *Options) {
				o.RateLimit = false
				o.Store = looked{o.Store, &looks}
			})
			var before, after runtime.MemStats
			who := tokens(h, h.citizen("Nguyễn Thị Hoa"))
			runtime.GC()
			runtime.ReadMemStats(&before)
			for _, token := range who {
				for range streamsEach {
					conn, err := net.Dial("tcp", strings.TrimPrefix(h.url, "http://"))
					if err != nil {
						b.Fatal(err)
					}
					b.Cleanup(func() { conn.Close() })
					fmt.Fprintf(conn, "GET /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n", token)
					r := bufio.NewReaderSize(conn, 512)
					if line, err := r.ReadString('\n'); err != nil || !strings.Contains(line, " 200 ") {
						b.Fatalf("%q %v", line, err)
					}
					go func() {
						for err == nil {
							_, err = r.ReadByte()
						}
					}()
				}
			}
			time.Sleep(staffLook) // all have looked once
			runtime.GC()
			runtime.ReadMemStats(&after)
			looks.Store(0)
			busy := cpu()
			b.ResetTimer()
			for range b.N {
				time.Sleep(time.Second) // what is measured is how little happens in it
			}
			seconds := b.Elapsed().Seconds() * listeners
			b.ReportMetric(float64((cpu()-busy).Microseconds())/seconds, "cpu-µs/listener/s")
			b.ReportMetric(float64(looks.Load())/seconds, "looks/listener/s")
			b.ReportMetric(float64(after.HeapInuse+after.StackInuse-before.HeapInuse-before.StackInuse)/1024/listeners, "KiB/listener")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// looked counts the looks of event streams.
type looked struct {
	store.Store
	n *atomic.Int64
}

func (l looked) ListNotifications(ctx context.Context, account string, limit int, next string) (store.Page[models.Notification], error) {
	l.n.Add(1)
	return l.Store.ListNotifications(ctx, account, limit, next)
}

func (l looked) ListFeedback(ctx context.Context, q store.FeedbackQuery) (store.Page[models.Summary], error) {
	l.n.Add(1)
	return l.Store.ListFeedback(ctx, q)
}

// cpu is what this process has computed.
func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
