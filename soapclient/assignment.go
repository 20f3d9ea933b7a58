package soapclient

import (
	"context"
	"strconv"

	"licensewatch/internal/caldate"
)

// Assignments is LicenseOwner (domain.md §1.4): an owner's modules as they are assigned to a user or a satellite.
type Assignments struct {
	Owner, Description       string
	Restricted, Unrestricted []Assignment // Unrestricted: their numbers are not enforced
}

// Assignment is ModuleLicenseLink (domain.md §1.4): one module's seats, and whether the user or satellite holds one.
type Assignment struct {
	ID                         int // ModuleLicenseId
	Name, Description, Tooltip string
	Assigned                   bool
	CanAssign                  bool
	Unrestricted               bool // the number is not enforced, and Free may mean nothing
	Total, InUse, Free         int
	Hidden                     bool // Services87 and newer
	Prerequisite               string
	SortOrder                  int
	ExtraFlags                 int // Services88; 1: a user plan (domain.md §4.1)
}

// ListItem is SelectableMDOListItem (domain.md §1.4): a line of a list as NetServer's own screens show it.
type ListItem struct {
	ID                  int
	Name, FullName      string
	Tooltip             string
	Type                string
	Rank                int
	Selected            bool
	Deleted, Hidden     bool
	LastChanged         caldate.Date // the day as written
	ColourBlock         int
	IconHint, StyleHint string
	ExtraInfo           string
	Children            []ListItem
}

// UserLicences reads what is assigned to one user, by owner (GetUserLicenses, domain.md §4.6). It is empty when NetServer sends
// nothing of the associate.
func (c *Client) UserLicences(ctx context.Context, associate int) ([]Assignments, error) {
	return c.assignments(ctx, "GetUserLicenses", number("AssociateId", associate))
}

// SatelliteLicences reads what is assigned to one satellite database, by owner; satellite 0 is the central database
// (GetSatelliteLicenses, domain.md §4.6). It is empty when NetServer sends nothing of the satellite.
func (c *Client) SatelliteLicences(ctx context.Context, satellite int) ([]Assignments, error) {
	return c.assignments(ctx, "GetSatelliteLicenses", number("SatelliteId", satellite))
}

func (c *Client) assignments(ctx context.Context, op string, of member) ([]Assignments, error) {
	var list []Assignments
	err := c.answer(ctx, call{op: op, timeout: databaseTimeout, members: []member{of}}, func(r *reader) error {
		list = nil
		return r.members(func(string) error {
			list = append(list, Assignments{})
			return r.assignments(&list[len(list)-1])
		})
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// UserLicenceList reads the user licences as a list for choosing (GetUserLicensesMDOList, domain.md §4.6). It is empty when there
// are none.
func (c *Client) UserLicenceList(ctx context.Context) ([]ListItem, error) {
	var list []ListItem
	err := c.answer(ctx, call{op: "GetUserLicensesMDOList", timeout: databaseTimeout}, func(r *reader) error {
		list = nil
		return r.listItems(&list)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// ThirdPartyLicences reads which modules of another owner than SuperOffice are assigned to a user
// (GetThirdPartyLicenseAssignments, domain.md §4.6). It is empty when the owner has no modules here.
func (c *Client) ThirdPartyLicences(ctx context.Context, associate int, owner string) ([]Assignment, error) {
	var list []Assignment
	err := c.answer(ctx, call{
		op: "GetThirdPartyLicenseAssignments", timeout: databaseTimeout,
		members: []member{number("AssociateId", associate), {"ModuleOwner", owner}},
	}, func(r *reader) error {
		list = nil
		return r.assignmentList(&list)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

func number(name string, n int) member { return member{name, strconv.Itoa(n)} }
