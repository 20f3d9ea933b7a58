package soapclient

// Operations is the table of what the client can call.
var Operations = operations
