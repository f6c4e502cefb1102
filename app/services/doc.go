// Package services is the catalogue of service items (政务服务事项) at a node: the pack's items
// of every city, over them what each city published since, and the forms and bundles of the
// region. A city edits its own items alone; what it publishes goes to every other node, so
// that each shows all cities side by side. Nothing that was in force is lost: a case keeps
// the edition of the item that it was opened with.
package services
