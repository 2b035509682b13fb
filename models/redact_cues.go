package models

import (
	"slices"
	"strings"
)

// cueReach is how many words may stand between what a number is said to be and the number.
const cueReach = 9

// saidToBe says what the words before a piece say that the number is, and whether it is
// that of a company.
func (r *reader) saidToBe(i int) (kind MarkKind, company bool) {
	for k := i - 1; k >= 0 && k >= i-cueReach; k-- {
		if strings.ContainsAny(r.before(k+1), "!?\n") && k+1 < i || strings.Contains(r.before(k+1), ". ") && k+1 < i && r.p[k].end-r.p[k].start > 3 {
			return "", false
		}
		if kind := r.cue(k); kind != "" {
			return kind, kind == MarkTax && !r.own(k+1, i) && r.aboutCompany(k)
		}
		if r.p[k].digits && r.p[k].taken && k+1 < i { // a list: "của bố tôi là 1…, của mẹ tôi là 2…"
			if kind := r.markedAs(k); kind == MarkID || kind == MarkAccount || kind == MarkPassport || kind == MarkSocial {
				return kind, false
			}
		}
		if r.p[k].digits || !r.use(k, useLink|useBank) && !(r.p[k].upper && r.use(k, useName)) {
			break
		}
	}
	for k := i - 1; k >= 0 && k > i-12 && !r.ended(k+1); k-- {
		if r.cue(k) == MarkTax && r.aboutCompany(i-1) {
			return MarkTax, true
		}
	}
	if r.bankFollows(i) {
		return MarkAccount, false
	}
	return "", false
}

// own reports whether one of the words from i up to j says that something is the sender's.
func (r *reader) own(i, j int) bool {
	for ; i < j; i++ {
		if r.is(i, "toi", "tui", "minh", "em", "chau") {
			return true
		}
	}
	return false
}

// markedAs returns the kind of the mark that a piece stands in.
func (r *reader) markedAs(k int) MarkKind {
	for _, m := range slices.Backward(r.marks) {
		if m.Span[0] <= r.p[k].start && r.p[k].start < m.Span[1] {
			return m.Kind
		}
	}
	return ""
}

// bankFollows reports whether a bank is named right after the number that begins with a
// piece.
func (r *reader) bankFollows(i int) bool {
	for i < len(r.p) && r.number(i) {
		i++
	}
	for n := 0; n < 3 && r.is(i, "tai", "o", "cua", "ngan", "hang", "nh", "thuoc") && !r.ended(i); n++ {
		i++
	}
	return r.use(i, useBank) && !r.ended(i) && !r.is(i, "bank", "cake")
}

// cuesOf are the words that announce a number, without accents; those of one cue are joined by _.
var cuesOf = map[MarkKind]string{
	MarkID:       "cccd cmnd cmt cmtnd cmtnt ddcn vneid gplx glx can_cuoc chung_minh chung_minh_thu chung_minh_nhan_dan minh_nhan_dan dinh_danh bang_lai phep_lai phep_lai_xe",
	MarkPassport: "passport hc ho_chieu",
	MarkAccount:  "stk tk sotk atm ck tai_khoan chuyen_khoan ngan_hang tin_dung visa_card visa",
	MarkSocial:   "bhxh bhyt bhtn bao_hiem bao_hiem_xa_hoi bao_hiem_y_te",
	MarkTax:      "mst so_thue ma_thue tax_code msdn cndkdn dkdn",
	MarkPhone:    "sdt dt dtdd dd zalo viber phone tel mobile alo hotphone sodt whatsapp dien_thoai di_dong goi so_may lien_he",
}

// numberCue is a kind of number and the words that announce it.
type numberCue struct {
	kind  MarkKind
	words []string
}

// numberCues has the cues of each last word.
var numberCues = func() map[string][]numberCue {
	out := map[string][]numberCue{}
	for kind, all := range cuesOf {
		for _, words := range strings.Fields(all) {
			c := numberCue{kind, strings.Split(words, "_")}
			last := c.words[len(c.words)-1]
			out[last] = append(out[last], c)
		}
	}
	return out
}()

// cue says which kind of number the words that end with a piece announce.
func (r *reader) cue(k int) MarkKind {
	for _, c := range numberCues[r.p[k].fold] {
		if i := k + 1 - len(c.words); i >= 0 && r.matches(i, c.words) && !(r.is(k, "hiem") && r.is(i-1, "dong")) {
			return c.kind
		}
	}
	switch {
	case r.is(k, "so") && (r.lower(k) == "sổ" || r.p[k].plain && r.is(k-1, "so", "ma") && r.spaced(k)):
		return MarkSocial
	case r.is(k, "vi") && r.lower(k) == "ví", r.use(k, useBank) && !r.is(k, "cake"):
		return MarkAccount
	}
	return ""
}

func when(is bool, kind MarkKind) MarkKind {
	if is {
		return kind
	}
	return ""
}

// aboutCompany reports whether the sentence before a piece speaks of a company.
func (r *reader) aboutCompany(i int) bool {
	for k := i; k >= 0 && k > i-15; k-- {
		if k < i && r.ended(k+1) && !r.is(k, "tp", "q", "p") {
			return false
		}
		if r.is(k, "ty", "cty", "nghiep", "tnhh", "nhanh", "xa", "tin") && (r.is(k, "cty", "tnhh") || r.is(k-1, "cong", "doanh", "chi", "tac")) {
			return true
		}
	}
	return false
}

// ofOffice reports whether the words before a piece speak of the telephone of an office.
func (r *reader) ofOffice(i int) bool {
	for k := i - 1; k >= 0 && k > i-6 && !r.ended(k+1); k-- {
		if r.is(k, "hotline") || r.is(k, "nong") && r.is(k-1, "day") || r.is(k, "dai") && r.is(k-1, "tong") || r.is(k, "tam") && r.is(k-1, "trung") || r.is(k, "phong") && r.is(k-1, "van") {
			return true
		}
	}
	return false
}

// spokenOf says which number of ten digits the sentence before a piece speaks of, further
// away than saidToBe looks: that of social insurance or, right after "mã", of taxes.
func (r *reader) spokenOf(i int) MarkKind {
	for k := i - 1; k >= 0 && k > i-14 && !r.ended(k+1); k-- {
		if r.is(k, "bhxh", "tuat") || r.is(k, "hoi") && r.is(k-1, "xa") && r.is(k-2, "hiem") {
			return MarkSocial
		}
		if r.is(k, "mst") || r.is(k, "thue") && (r.is(i-1, "ma") || r.is(k-1, "so")) {
			return when(!r.aboutCompany(i-1), MarkTax)
		}
	}
	return ""
}
