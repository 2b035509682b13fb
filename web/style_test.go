package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// TestContrast reads the colours of both themes from the style and measures every pair of
// text and ground that it uses.
func TestContrast(t *testing.T) {
	css, err := files.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	light, rest, _ := strings.Cut(string(css), "@media (prefers-color-scheme: dark)")
	dark, _, _ := strings.Cut(rest, "/* Ground */")
	themes := map[string]map[string]string{"light": tokens(light), "dark": tokens(dark)}
	for name, theme := range themes {
		if len(theme) != len(themes["light"]) {
			t.Errorf("%s has %d colours, light has %d", name, len(theme), len(themes["light"]))
		}
		for _, ground := range []string{"page", "surface"} {
			for _, text := range []string{"ink", "muted", "accent", "ok", "warn", "danger"} {
				atLeast(t, name, theme, text, ground, 6)
			}
			atLeast(t, name, theme, "edge", ground, 3)
		}
		atLeast(t, name, theme, "on-accent", "accent", 6)
		atLeast(t, name, theme, "on-danger", "danger", 6)
		atLeast(t, name, theme, "on-mark", "mark", 6)
		atLeast(t, name, theme, "focus", "focus-outside", 3)
	}
}

var token = regexp.MustCompile(`--([a-z-]+): (#[0-9a-f]{6});`)

func tokens(css string) map[string]string {
	out := map[string]string{}
	for _, m := range token.FindAllStringSubmatch(css, -1) {
		out[m[1]] = m[2]
	}
	return out
}

func atLeast(t *testing.T, name string, theme map[string]string, text, ground string, want float64) {
	t.Helper()
	if theme[text] == "" || theme[ground] == "" {
		t.Errorf("%s lacks the colour %s or %s", name, text, ground)
		return
	}
	a, b := luminance(theme[text]), luminance(theme[ground])
	if got := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05); got < want {
		t.Errorf("%s: %s on %s is %.2f:1, want %g:1", name, text, ground, got, want)
	}
}

// luminance is the relative luminance of WCAG.
func luminance(hex string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

// TestStyleUsesTokens refuses colours outside the tokens, text in capitals, and what comes
// from elsewhere.
func TestStyleUsesTokens(t *testing.T) {
	b, err := files.ReadFile("static/style.css")
	if err != nil {
		t.Fatal(err)
	}
	_, parts, _ := strings.Cut(string(b), "/* Ground */")
	parts, _, _ = strings.Cut(parts, "@media print")
	for _, wrong := range []string{"text-transform: uppercase", "@import", "http:", "https:", "!important", "letter-spacing: -"} {
		if strings.Contains(strings.ReplaceAll(parts, "display: none !important", ""), wrong) {
			t.Errorf("the style has %s", wrong)
		}
	}
	if m := regexp.MustCompile(`#[0-9a-fA-F]{3,8}\b[^{]*;`).FindString(parts); m != "" {
		t.Errorf("the style has a colour of its own: %s", m)
	}
}
