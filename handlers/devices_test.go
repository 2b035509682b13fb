package handlers

import (
	"fmt"
	"testing"
	"time"

	"kiennghi/api"
	"kiennghi/models"
)

func TestDevices(t *testing.T) {
	h := newHarness(t)
	hoa, binh := h.citizen("Nguyễn Thị Hoa"), h.citizen("Trần Văn Bình")
	devices := func(token string) []models.Device {
		t.Helper()
		all, err := h.o.Store.ListDevices(t.Context(), h.accountOf(token))
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	phone := api.Device{FcmToken: "fcm-1", Platform: "android", Language: "vi"}
	h.call("PUT", "/v1/devices/may-1", hoa, phone).want(204)
	phone.FcmToken, phone.Language = "fcm-2", "en"
	h.call("PUT", "/v1/devices/may-1", hoa, phone).want(204)
	if d := devices(hoa); len(d) != 1 || d[0].Token != "fcm-2" || d[0].Language != "en" {
		t.Errorf("%+v", d)
	}
	h.call("PUT", "/v1/devices/may-1", binh, phone).want(204) // the phone was handed on
	if len(devices(hoa)) != 0 || len(devices(binh)) != 1 {
		t.Errorf("%+v %+v", devices(hoa), devices(binh))
	}
	h.call("DELETE", "/v1/devices/may-1", hoa, nil).want(204) // of another account: not there
	if len(devices(binh)) != 1 {
		t.Error("someone else's device was removed")
	}
	h.call("DELETE", "/v1/devices/may-1", binh, nil).want(204)
	h.call("DELETE", "/v1/devices/may-1", binh, nil).want(204)
	h.call("PUT", "/v1/devices/may-1", h.staff("lan", "so-xd-79", models.Handler), phone).want(403)
	h.call("PUT", "/v1/devices/may%201", hoa, phone).want(400)

	for i := range maxDevices + 3 {
		h.call("PUT", fmt.Sprintf("/v1/devices/may-%d", i), hoa, api.Device{FcmToken: fmt.Sprint("t", i), Platform: "ios", Language: "vi"}).want(204)
		h.advance(time.Millisecond)
	}
	all := devices(hoa)
	for _, d := range all {
		if d.Token == "t0" || d.Token == "t2" {
			t.Errorf("%s is still pushed to", d.Token)
		}
	}
	if len(all) != maxDevices {
		t.Errorf("%d devices", len(all))
	}
}
