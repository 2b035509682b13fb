package searchtest

import "strings"

// hostile returns texts that must be asked without an error.
func hostile() []string {
	return []string{
		"", " ", "\x00", "\xff\xfe", "*", "**", "a*", "?", "+", "-", ":", "^", "~", "~2", `"`, `""`, `"""`, `\`, "'", "' OR 1=1 --",
		"+điện -giá", "title:điện", "điện^10", "điện~5", "(điện", "điện)", "[a TO b]", "{}", "/.*/", "&& ||", "AND OR NOT",
		`agency = "x"`, `" OR agency EXISTS OR agency = "`, "<script>alert(1)</script>", "🙂🙂🙂", "👨‍👩‍👧", "e\u0301\u0323", "\u202Eabc",
		"\x02điện\x03", strings.Repeat("a", 70_000), strings.Repeat("đường ", 5_000), strings.Repeat(`"`, 1_000), strings.Repeat("(", 1_000),
		strings.Repeat("\u0301", 2_000), "١٢٣", "中文搜索", "ﷺ", strings.Repeat("🙂", 3_000),
	}
}
