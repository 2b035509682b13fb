package models

import "encoding/json"

// Features are the few things that administrators switch while the program runs. The zero
// value is how it comes.
type Features struct {
	// AutoAssign is the probability from which a case is assigned without an officer: 0 is
	// never, nil what the setting of the process says.
	AutoAssign *float64 `json:"auto_assign,omitempty"`
	// RouteError is the share of wrong agencies that is accepted among cases assigned without
	// an officer, 0 (never assign) to 0.2; nil what the setting of the process says.
	RouteError *float64 `json:"route_error,omitempty"`
	// HideNames keeps the names of senders from becoming public from now on, whatever they
	// wish. Names that are public already stay.
	HideNames bool `json:"hide_names,omitempty"`
	// BuiltInModel makes routing use the model that came with the program, whatever was learnt
	// from officers' decisions, and learn nothing.
	BuiltInModel bool `json:"built_in_model,omitempty"`
}

// SettingFeatures is the name under which the store keeps the text of Features.
const SettingFeatures = "features"

// SettingChanged is the name of the value in the store that is another one after each change
// of agencies, rules, features or the learnt model, so that every process notices.
const SettingChanged = "reference.changed"

// ParseFeatures reads the text form; what cannot be read is the zero value.
func ParseFeatures(text string) Features {
	var f Features
	if json.Unmarshal([]byte(text), &f) != nil {
		return Features{}
	}
	return f
}

// String is the text form.
func (f Features) String() string {
	b, _ := json.Marshal(f) // numbers and truth values cannot fail
	return string(b)
}

// Check says what is wrong.
func (f Features) Check() error {
	if a := f.AutoAssign; a != nil && !(*a == 0 || *a >= 0.5 && *a <= 1) {
		return Invalid([]FieldError{{Field: "auto_assign", Code: "bad_threshold"}})
	}
	if e := f.RouteError; e != nil && !(*e >= 0 && *e <= 0.2) {
		return Invalid([]FieldError{{Field: "route_error", Code: "bad_error_rate"}})
	}
	return nil
}

// Features are those in force now.
func (r *Reference) Features() Features {
	if f := r.features.Load(); f != nil {
		return *f
	}
	return Features{}
}

// SetFeatures puts these in force.
func (r *Reference) SetFeatures(f Features) { r.features.Store(&f) }
