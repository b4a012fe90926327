// Package render writes plans, reports and rooms for people and for programs.
// It decides nothing about them, and takes all remote text for data.
package render
