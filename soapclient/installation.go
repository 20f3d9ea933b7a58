package soapclient

import (
	"context"

	"licensewatch/internal/caldate"
)

// UserAndInstallation is UserAndInstallationLicenceStatus of Services88 (domain.md §1.4): how long the installation's licence
// holds, and what one user has of it. Its dates are calendar days (§4.2, §4.4).
type UserAndInstallation struct {
	AdminWarning, Expiry, Grace caldate.Date
	Company, Serial             string
	UserLicences                []string // names of modules
}

// Fencing is FencingInfo of Services88 (domain.md §1.4): how far a plan's limit is used up. NetServer words the warning and
// says when it is due.
type Fencing struct {
	Active, Maximum int
	Nearing         bool // IsNearingMaximum
	Reached         bool // HasReachedMaximum
	Message         string
	Tooltip         string
}

// ModuleLicence reads one module's licence from the installation's database (GetModuleLicenseFromDB, domain.md §4.6). It is nil
// when the database has no such module.
func (c *Client) ModuleLicence(ctx context.Context, owner, module string) (*Module, error) {
	var m *Module
	err := c.answer(ctx, call{
		op: "GetModuleLicenseFromDB", timeout: databaseTimeout, small: true,
		members: []member{{"OwnerName", owner}, {"ModuleName", module}},
	}, func(r *reader) error {
		m = new(Module)
		return r.module(m)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}

// ShopURL asks the owner's licence server where its web shop is (GetShopUrl, domain.md §4.6). It is empty when the owner has
// none. It is text from that server, to be treated as data.
func (c *Client) ShopURL(ctx context.Context, owner string) (string, error) {
	return c.textAnswer(ctx, call{op: "GetShopUrl", timeout: issuerTimeout, small: true, members: []member{{"OwnerName", owner}}})
}

// UserAndInstallation reads what one user has of the installation's licence, and how long that holds
// (GetUserAndInstallationLicenceStatus, domain.md §1.4). It is nil when NetServer knows nothing of the associate. Servers before
// Services88 lack the operation: the error then has ReasonVersion, and nothing was sent.
func (c *Client) UserAndInstallation(ctx context.Context, associate int) (*UserAndInstallation, error) {
	var u *UserAndInstallation
	err := c.answer(ctx, call{
		op: "GetUserAndInstallationLicenceStatus", timeout: databaseTimeout, small: true, members: []member{number("AssociateId", associate)},
	}, func(r *reader) error {
		u = new(UserAndInstallation)
		return r.userAndInstallation(u)
	})
	if err != nil {
		return nil, err
	}
	return u, nil
}

// Fencing reads how far the plan's limit is used up (GetFencingInfo, domain.md §1.4 and §4.3). It is nil when nothing is limited.
// Servers before Services88 lack the operation: the error then has ReasonVersion, and nothing was sent.
func (c *Client) Fencing(ctx context.Context) (*Fencing, error) {
	var f *Fencing
	err := c.answer(ctx, call{op: "GetFencingInfo", timeout: databaseTimeout, small: true}, func(r *reader) error {
		f = new(Fencing)
		return r.fencing(f)
	})
	if err != nil {
		return nil, err
	}
	return f, nil
}

// textAnswer calls an operation whose Response is text.
func (c *Client) textAnswer(ctx context.Context, q call) (string, error) {
	var text string
	err := c.answer(ctx, q, func(r *reader) error { return r.string(&text) })
	if err != nil {
		return "", err
	}
	return text, nil
}
