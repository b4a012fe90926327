// Package render writes plans, reports, drift, pulls, rooms and tokens for people
// and for programs, and reads the plans that it has written. It decides nothing
// about them, and takes all remote text for data.
package render
