// Package crash proves that nothing acknowledged is lost. It has tests only: they kill
// the program, some of several processes of it, the database beneath it and the search
// engine beside it, again and again while people submit, and look afterwards whether
// everything is there, once. Run alone, the tests are short; `make crash` runs the long
// form.
package crash
