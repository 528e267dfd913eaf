package reports

import "slices"

// Kind is the classification of a report, as the LAPOR! form has it.
type Kind string

// The kinds of report. The zero value means that nobody has chosen one yet.
const (
	Complaint          Kind = "complaint"
	Aspiration         Kind = "aspiration"
	InformationRequest Kind = "information_request"
	Whistleblowing     Kind = "whistleblowing"
)

// Kinds lists every kind in the order in which people are offered them.
func Kinds() []Kind {
	return []Kind{Complaint, Aspiration, InformationRequest, Whistleblowing}
}

// Valid reports whether k is one of the kinds.
func (k Kind) Valid() bool {
	switch k {
	case Complaint, Aspiration, InformationRequest, Whistleblowing:
		return true
	}
	return false
}

// Role is what an official may be appointed to.
type Role string

// The roles of officials.
const (
	NationalAdmin Role = "national-admin"
	AgencyAdmin   Role = "agency-admin"
	Liaison       Role = "liaison"
	Operator      Role = "operator"
	Leader        Role = "leader"
	Inspectorate  Role = "inspectorate"
	PPID          Role = "ppid"
	Ombudsman     Role = "ombudsman"
)

// Roles lists every role, from the one that may do most to those that only watch.
func Roles() []Role {
	return []Role{NationalAdmin, AgencyAdmin, Liaison, Operator, Leader, Inspectorate, PPID, Ombudsman}
}

// Valid reports whether r is one of the roles.
func (r Role) Valid() bool {
	return slices.Contains(Roles(), r)
}

// Level is the rank of a body in the tree of agencies.
type Level string

// The levels of bodies, from the top.
const (
	National Level = "national"
	Province Level = "province"
	Regency  Level = "regency"
	District Level = "district"
	Village  Level = "village"
	Unit     Level = "unit"
)

// Levels lists every level from the top of the tree.
func Levels() []Level {
	return []Level{National, Province, Regency, District, Village, Unit}
}

// Agency is a body that reports are handed to, or a unit inside one.
type Agency struct {
	Code     string // short, unique, such as "HST-PUPR"
	Name     string
	Parent   string // code of the body above; empty at the top
	Zone     string // IANA name; empty means the service's own zone
	Level    Level
	Week     int    // working days a week: 5 or 6
	Hours    string // office hours such as "08:00-16:00"; they matter for nudges, never for counting
	Keywords []string
	// JointLeaveWorked says that joint leave (cuti bersama) counts as working days.
	JointLeaveWorked bool
	// Region adds the days off of a province ("63") or of a regency and its province
	// ("63.07"); empty: national ones only.
	Region string
}
