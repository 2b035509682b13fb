package models

// Role is what a member of staff may do, within the agency and those beneath it.
type Role string

const (
	Intake      Role = "intake"      // keys in, classifies, refuses, hands out
	Coordinator Role = "coordinator" // hands out and takes back, for everything beneath
	Handler     Role = "handler"     // works on a case and writes the reply
	Approver    Role = "approver"    // sends and publishes replies
	Supervisor  Role = "supervisor"  // sees everything beneath, changes nothing
	Admin       Role = "admin"       // staff, stuck work; no case content
)

// Roles lists every role.
var Roles = []Role{Intake, Coordinator, Handler, Approver, Supervisor, Admin}

// Action is something that happens to a feedback, or that staff do. Its value is
// also the event of the timeline and the action of the audit log.
type Action string
