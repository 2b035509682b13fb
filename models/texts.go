package models

import "slices"

// Texts calls do with every text of the case that somebody typed: any of them may tell
// who the sender is, so none is stored unsealed (see store.Sealing).
func (f *Feedback) Texts(do func(*string)) {
	for _, s := range []*string{&f.SenderName, &f.Title, &f.Body, &f.Place} {
		do(s)
	}
	names := func(files []Attachment) {
		for i := range files {
			do(&files[i].Name)
		}
	}
	names(f.Uploads)
	for i := range f.Messages {
		do(&f.Messages[i].Body)
		names(f.Messages[i].Uploads)
	}
	for i := range f.Notes {
		do(&f.Notes[i].Body)
	}
	for i := range f.Replies {
		r := &f.Replies[i]
		do(&r.Body)
		do(&r.Remark)
		do(&r.SentBack)
		do(&r.Reason)
		if r.Seal != nil {
			do(&r.Seal.Statement)
		}
		names(r.Uploads)
		for j := range r.Versions {
			v := &r.Versions[j]
			do(&v.Body)
			do(&v.Remark)
			do(&v.Reason)
			names(v.Uploads)
		}
	}
	for i := range f.Tasks {
		t := &f.Tasks[i]
		do(&t.Ask)
		do(&t.Body)
		do(&t.Reason)
		names(t.Uploads)
		for j := range t.Earlier {
			do(&t.Earlier[j].Body)
			names(t.Earlier[j].Uploads)
		}
	}
	for i := range f.Suggestions {
		for _, reasons := range [][]string{f.Suggestions[i].Reasons, f.Suggestions[i].ReasonsEN} {
			for j := range reasons {
				do(&reasons[j])
			}
		}
	}
	for i := range f.Timeline {
		do(&f.Timeline[i].Note)
		do(&f.Timeline[i].Remark)
	}
	if f.Merged != nil {
		do(&f.Merged.Reason)
	}
	if f.Proposed != nil {
		do(&f.Proposed.Reason)
	}
	for i := range f.Duplicates {
		do(&f.Duplicates[i].Reason)
	}
	for i := range f.Links {
		do(&f.Links[i].Reason)
	}
	for i := range f.Parts {
		do(&f.Parts[i].Title)
		do(&f.Parts[i].Body)
		names(f.Parts[i].Uploads)
	}
	for i := range f.Unsealed {
		do(&f.Unsealed[i].Reason)
	}
	for i := range f.Decisions {
		do(&f.Decisions[i].Text)
		do(&f.Decisions[i].Reason)
	}
	f.Clock.texts(do)
	for i := range f.Clocks {
		f.Clocks[i].Log.texts(do)
	}
	if f.Refusal != nil {
		do(&f.Refusal.Direction)
	}
	if f.Rating != nil {
		do(&f.Rating.Comment)
	}
	if f.Published != nil {
		do(&f.Published.Reason)
		do(&f.Published.Found) // its sums would tell whether one guessed what is hidden
	}
}

func (l *ClockLog) texts(do func(*string)) {
	for i := range l.Extensions {
		do(&l.Extensions[i].Reason)
	}
	for i := range l.Asks {
		do(&l.Asks[i].Reason)
		do(&l.Asks[i].Remark)
	}
}

func (l *ClockLog) own() { l.Extensions, l.Asks = slices.Clone(l.Extensions), slices.Clone(l.Asks) }

// OwnTexts makes every list and part that Texts reaches the case's own, so that changing
// a text changes it nowhere else.
func (f *Feedback) OwnTexts() {
	f.Uploads, f.Messages, f.Notes = slices.Clone(f.Uploads), slices.Clone(f.Messages), slices.Clone(f.Notes)
	f.Replies, f.Tasks, f.Suggestions = slices.Clone(f.Replies), slices.Clone(f.Tasks), slices.Clone(f.Suggestions)
	f.Timeline, f.Unsealed, f.Decisions = slices.Clone(f.Timeline), slices.Clone(f.Unsealed), slices.Clone(f.Decisions)
	f.Duplicates, f.Links, f.Parts, f.Merged = slices.Clone(f.Duplicates), slices.Clone(f.Links), slices.Clone(f.Parts), copied(f.Merged)
	f.Proposed = copied(f.Proposed)
	for i := range f.Parts {
		f.Parts[i].Uploads = slices.Clone(f.Parts[i].Uploads)
	}
	f.Clock.own()
	f.Clocks = slices.Clone(f.Clocks)
	for i := range f.Clocks {
		f.Clocks[i].Log.own()
	}
	for i := range f.Messages {
		f.Messages[i].Uploads = slices.Clone(f.Messages[i].Uploads)
	}
	for i := range f.Replies {
		r := &f.Replies[i]
		r.Uploads, r.Seal, r.Versions = slices.Clone(r.Uploads), copied(r.Seal), slices.Clone(r.Versions)
		for j := range r.Versions {
			r.Versions[j].Uploads = slices.Clone(r.Versions[j].Uploads)
		}
	}
	for i := range f.Tasks {
		t := &f.Tasks[i]
		t.Uploads, t.Earlier = slices.Clone(t.Uploads), slices.Clone(t.Earlier)
		for j := range t.Earlier {
			t.Earlier[j].Uploads = slices.Clone(t.Earlier[j].Uploads)
		}
	}
	for i := range f.Suggestions {
		s := &f.Suggestions[i]
		s.Reasons, s.ReasonsEN = slices.Clone(s.Reasons), slices.Clone(s.ReasonsEN)
	}
	f.Refusal, f.Rating, f.Published = copied(f.Refusal), copied(f.Rating), copied(f.Published)
}

func copied[T any](p *T) *T {
	if p == nil {
		return nil
	}
	v := *p
	return &v
}

// AllUploads lists the files of the case, whoever sent them, also of what was said anew since.
func (f *Feedback) AllUploads() []Attachment {
	out := slices.Clone(f.Uploads)
	for i := range f.Messages {
		out = append(out, f.Messages[i].Uploads...)
	}
	for i := range f.Replies {
		out = append(out, f.Replies[i].Uploads...)
		for j := range f.Replies[i].Versions {
			out = append(out, f.Replies[i].Versions[j].Uploads...)
		}
	}
	for i := range f.Tasks {
		out = append(out, f.Tasks[i].Uploads...)
		for j := range f.Tasks[i].Earlier {
			out = append(out, f.Tasks[i].Earlier[j].Uploads...)
		}
	}
	return out
}
