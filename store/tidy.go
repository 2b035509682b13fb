package store

import (
	"reflect"
	"sync"
	"time"

	"kiennghi/models"
)

// Tidy brings the record that v points to into the one form that every database keeps:
// times in UTC with whole milliseconds, empty lists and maps as nil. It writes only
// where something differs, so a record that is in that form already is only read.
// The adapters call it before they store a record.
func Tidy(v any) {
	p := reflect.ValueOf(v)
	if f := tidierOf(p.Type().Elem()); f != nil {
		f(p.Elem())
	}
}

type tidier func(reflect.Value)

var (
	tidiers  sync.Map // reflect.Type → tidier, nil when the type needs nothing
	timeType = reflect.TypeFor[time.Time]()
)

func tidierOf(t reflect.Type) tidier {
	if f, ok := tidiers.Load(t); ok {
		return f.(tidier)
	}
	f := newTidier(t)
	tidiers.Store(t, f)
	return f
}

func newTidier(t reflect.Type) tidier {
	switch {
	case t == timeType:
		return tidyTime
	case t.Kind() == reflect.Map:
		return tidyEmpty
	case t.Kind() == reflect.Slice:
		item := tidierOf(t.Elem())
		if item == nil {
			return tidyEmpty
		}
		return func(v reflect.Value) {
			tidyEmpty(v)
			for i := range v.Len() {
				item(v.Index(i))
			}
		}
	case t.Kind() == reflect.Pointer:
		target := tidierOf(t.Elem())
		if target == nil {
			return nil
		}
		return func(v reflect.Value) {
			if !v.IsNil() {
				target(v.Elem())
			}
		}
	case t.Kind() == reflect.Struct:
		return newStructTidier(t)
	}
	return nil
}

func newStructTidier(t reflect.Type) tidier {
	type field struct {
		index int
		tidy  tidier
	}
	var fields []field
	for i := range t.NumField() {
		if f := tidierOf(t.Field(i).Type); f != nil && t.Field(i).IsExported() {
			fields = append(fields, field{i, f})
		}
	}
	if fields == nil {
		return nil
	}
	return func(v reflect.Value) {
		for _, f := range fields {
			f.tidy(v.Field(f.index))
		}
	}
}

func tidyTime(v reflect.Value) {
	p := v.Addr().Interface().(*time.Time)
	if m := models.Moment(*p); m != *p {
		*p = m
	}
}

func tidyEmpty(v reflect.Value) {
	if v.Len() == 0 && !v.IsNil() {
		v.SetZero()
	}
}
