package crash

import (
	"os/exec"
	"syscall"
)

// dieWithTest has the system end a process when this one ends, however that happens.
func dieWithTest(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL} }
