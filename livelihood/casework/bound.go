package casework

// Guards are those that any course may name.
var Guards = map[string]Guard{}

// Actions are those that any course may name.
var Actions = map[string]Action{}
