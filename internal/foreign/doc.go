// Package foreign holds client and simulator against SOAP stacks that nobody here wrote. Its tests generate a NetServer and a client
// of one from SuperOffice's own WSDL, with npm's soap and with gSOAP, for each version of the services. They are skipped where that WSDL
// is not beside the project.
package foreign
