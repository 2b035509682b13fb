// Package models holds the domain: feedback and everything inside it, people,
// agencies, deadlines, permissions, and the pure rules over them. It knows no
// database, no HTTP and no clock: the current time is always an argument, in UTC
// and in whole milliseconds (see Now).
package models
