// Package sandbox is a SignalWire Video REST API that lives in memory: a
// place to learn, demonstrate and test against without an account. It keeps
// rooms, their tokens, streams and settings by the published rules; it carries
// no media. Outages, rate limits and other servers' ways are there on demand:
// see Fault.
//
// Comments mark where a fact comes from: "the document" is the vendor's
// OpenAPI description, "the guide" its page about managing rooms by API.
// Where neither decides, the comment says what was chosen and why. Being
// strict is on purpose: what passes here should pass there.
//
// The package imports only the standard library and nothing of roomsync, so
// that a misreading in the client is not repeated in the server testing it.
package sandbox
