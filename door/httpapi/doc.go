// Package httpapi is the door for machines and for the page: the board, its
// evidence, the observations and the log over HTTP, described by OpenAPI 3.1.
//
// New makes the whole handler. It knows the program behind it only through Desk,
// a small interface that package app fulfils. Reading is open to everybody;
// writing needs a token that the operator creates.
//
//	GET  /api/v1/board?asOf=2024-12-31&believedOn=2024-06-30   where the plan stood, as then known
//	GET  /api/v1/targets/{id}                                   one target with all its evidence
//	POST /api/v1/observations                                   a new figure, with its source
//	GET  /report?lang=en                                        the quarterly report for A4
//	GET  /tiles/area/{z}/{x}/{y}.mvt                            the map
//	GET  /openapi.yaml                                          all of it, described
//
// What every answer keeps to: dates are ISO 8601 calendar days in the time zone
// of the area; a verdict goes with its reasons as codes with arguments and as a
// sentence in the language asked for (?lang= or Accept-Language); an error is an
// RFC 9457 problem with a code that never changes and a remedy; a GET carries an
// ETag made from its bytes.
package httpapi
