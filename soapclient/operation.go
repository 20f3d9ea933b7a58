package soapclient

import (
	"context"
	"fmt"
	"slices"
)

// operations are all that this package asks of NetServer, each with the oldest version of the services that has it
// (domain.md §1.2). All of them read. do sends no other, so what is not listed here cannot be called.
var operations = map[string]Version{
	"AuthenticateImplicit":         "Services84",
	"AuthenticateUsernamePassword": "Services84",
	"AuthenticateWithAccessToken":  "Services86",
	"GetSystemInfo":                "Services84",

	"GetLicenseForAllOwnersFromDB":             "Services84",
	"GetLicenseFromDB":                         "Services84",
	"GetLicenseFromFile":                       "Services84",
	"GetLicenseFromLicenseServer":              "Services84",
	"GetLicenseStatusFromLicenseServer":        "Services84",
	"GetModuleLicenseFromDB":                   "Services84",
	"GetModuleLicenseHistoryFromLicenseServer": "Services84",
	"GetSatelliteLicenses":                     "Services84",
	"GetShopUrl":                               "Services84",
	"GetThirdPartyLicenseAssignments":          "Services84",
	"GetUserLicenses":                          "Services84",
	"GetUserLicensesMDOList":                   "Services84",
	"ValidateLicenseInfo":                      "Services84",
	"GetFencingInfo":                           "Services88",
	"GetUserAndInstallationLicenceStatus":      "Services88",
}

// permit says why an operation must not be sent: it is not listed, or the version that c speaks lacks it.
func (c *Client) permit(op string) error {
	since, listed := operations[op]
	switch v := c.Address.Version; {
	case !listed:
		return &Error{Kind: KindContract, Op: op, Host: c.host(),
			Text: fmt.Sprintf("%s is not among the operations that this program calls", op)}
	case since != Versions[0] && slices.Index(Versions, v) < slices.Index(Versions, since):
		return &Error{Kind: KindFault, Reason: ReasonVersion, Op: op, Host: c.host(),
			Text: fmt.Sprintf("%s has no %s: set the site to %s if its server has that", v, op, since)}
	}
	return nil
}

// answer calls an operation of the License service and reads its Response with read. Where NetServer sent none, or a nil
// one, read is not called. It may be called twice, once for a reply that refuses the ticket.
func (c *Client) answer(ctx context.Context, q call, read func(r *reader) error) error {
	q.read = func(r *reader, name string) error {
		if name != "Response" {
			return r.skip()
		}
		return read(r)
	}
	return c.ask(ctx, q)
}
