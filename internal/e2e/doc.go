// Package e2e holds the end-to-end tests: they start the built program as a person does, on a private
// desktop with real services (package desktop), against a NetServer in this process (package simulator),
// and look at it from outside: the bus, the screen, the notification daemon, the keyring, exit codes.
//
// They need LICENSEWATCH_BINARY, the path of the program; "make e2e" builds it and sets that.
package e2e
