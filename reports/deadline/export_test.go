package deadline

// SetOffice has the rules count for a body like o, whatever the body says of itself.
func (r *Rules) SetOffice(code string, o Office) { r.offices[code] = o }
