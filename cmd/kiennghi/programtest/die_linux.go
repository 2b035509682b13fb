package programtest

import (
	"os/exec"
	"syscall"
)

// DieWithTest has the system end a process when this one ends, however that happens.
func DieWithTest(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
