package web

import (
	"time"

	"kiennghi/models"
)

// Figures is the page "/figures": what was received in a year, and what became of it.
type Figures struct {
	Frame
	At                          time.Time // when it was counted; zero: not yet
	Year                        int
	Years                       []Choice
	Views                       []Choice
	Key                         []Figure // received, answered, open
	OnTime                      string   // share of those answered that had a due date, as a percentage: with extensions and pauses
	OnTimeFirst, OnTimeExtended string   // by the term as it was at first; with extensions
	Score                       string   // what senders think of the answers, from 1 to 5
	Rated                       int
	Undated                     int // answered without a due date
	By                          FigureTable
	Grounds                     FigureTable
	Scores                      FigureTable
	Data                        string // address of the same for programs
}

func (*Figures) Template() string { return "figures" }

// FigureTable is a chart and the same as a table. One without rows is not shown.
type FigureTable struct {
	Title string
	First string // what is in the first column
	Chart Chart
	Rows  []FigureRow
	Left  int // rows that are not shown
}

// FigureRow is one line of a table. Path is empty without a page about it.
type FigureRow struct {
	Name, Path string
	Number     int // in tables with one number
	Tally      models.Tally
	OnTime     string
	Score      string
}

// Chart is bars that begin at zero, each with its label above and its value behind it, in
// the units of an SVG that is as wide as a phone.
type Chart struct {
	ID, Title, Text string
	Width, Height   int
	Bars            []Bar
}

// Bar is one bar, and within it a part of it.
type Bar struct {
	Label, Value             string
	LabelY, Y, Width, Inside int
	ValueX, ValueY           int
}

// ChartRow is what a bar shows. Inside is at most Number.
type ChartRow struct {
	Label, Value   string
	Number, Inside int
}

const (
	chartWidth   = 360
	chartLongest = 190
	chartPitch   = 46
)

// BarChart lays a chart out. text says in words what it shows.
func BarChart(id, title, text string, rows []ChartRow) Chart {
	c := Chart{ID: id, Title: title, Text: text, Width: chartWidth, Height: chartPitch * len(rows)}
	most := 1
	for _, r := range rows {
		most = max(most, r.Number)
	}
	long := func(n int) int { // what is there is seen
		if n == 0 {
			return 0
		}
		return max(2, n*chartLongest/most)
	}
	for i, r := range rows {
		y := i * chartPitch
		b := Bar{Label: models.Shorten(r.Label, 50), Value: r.Value, LabelY: y + 15, Y: y + 22, Width: long(r.Number), Inside: long(min(r.Inside, r.Number)), ValueY: y + 35}
		b.ValueX = b.Width + 6
		c.Bars = append(c.Bars, b)
	}
	return c
}
