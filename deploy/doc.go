// Package deploy holds what installs the program: compose.yaml, kubernetes/, systemd/,
// alerts and a dashboard. It has tests only, which compare these files with what the
// program knows: its settings, its metrics, its contract.
package deploy
