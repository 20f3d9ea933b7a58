package source

import (
	"licensewatch/monitor"
	"licensewatch/soapclient"
)

const stateRemedy = "Wait: it is read again as soon as SuperOffice Online says that it runs."

// tenantEntries are the states in which no SOAP is sent.
var tenantEntries = []Entry{
	{
		Reason: "tenant-maintenance", Kind: monitor.KindTenant, Severity: monitor.Warning, Title: "Tenant is being upgraded",
		Sentence: "the tenant is being upgraded, which takes minutes",
		Remedy:   stateRemedy,
		Why: "SuperOffice upgrades tenants in planned hours, mostly at night and at weekends, and takes each offline for some minutes. " +
			"What is known about its licences stays as it was. https://status.superoffice.com/ tells about interruptions that were not planned.",
		from: []any{cause{soapclient.KindTenant, soapclient.ReasonMaintenance}},
	},
	{
		Reason: "tenant-suspended", Kind: monitor.KindTenant, Title: "Tenant suspended",
		Sentence: "the tenant is suspended: its agreement is ending",
		Remedy:   "Ask SuperOffice, or the one who holds the agreement, why the tenant is suspended.",
		Why:      "A tenant whose agreement ends is suspended before it is deleted: nobody can sign in, and no program is answered. Payments that did not arrive are another cause. Only SuperOffice can end it.",
		from:     []any{cause{soapclient.KindTenant, soapclient.ReasonSuspended}},
	},
	{
		Reason: "tenant-deleted", Kind: monitor.KindTenant, Title: "Tenant deleted",
		Sentence: "the tenant is being deleted",
		Remedy:   "Remove the site if this is meant; else ask SuperOffice at once.",
		Why:      "SuperOffice Online has deleted the tenant or is at it, as it does some time after an agreement has ended. If the tenant was typed by hand, it may be another one than you mean.",
		from: []any{
			cause{soapclient.KindTenant, soapclient.ReasonDeleted}, cause{soapclient.KindTenant, soapclient.ReasonDeleting}, cause{soapclient.KindTenant, soapclient.ReasonDeleteFailed},
		},
	},
	{
		Reason: "tenant-provisioning", Kind: monitor.KindTenant, Title: "Tenant is being set up",
		Sentence: "the tenant is being set up",
		Remedy:   stateRemedy,
		Why:      "A new tenant takes a while until it can be used. If it stays so for more than a day, setting it up has failed, and SuperOffice has to look at it.",
		from:     []any{cause{soapclient.KindTenant, soapclient.ReasonProvisioning}, cause{soapclient.KindTenant, soapclient.ReasonProvisioningFailed}},
	},
	{
		Reason: "tenant-migration", Kind: monitor.KindTenant, Severity: monitor.Warning, Title: "Tenant is being moved in",
		Sentence: "the tenant is being moved to SuperOffice Online, which takes days or weeks",
		Remedy:   stateRemedy,
		Why:      "An installation that moves to SuperOffice Online has a tenant before its data is there. This takes days or weeks; until then the old installation is the one to watch.",
		from:     []any{cause{soapclient.KindTenant, soapclient.ReasonMigration}},
	},
	{
		Reason: "tenant-unknown", Kind: monitor.KindTenant, Title: "Tenant not known",
		Sentence: "SuperOffice Online knows no such tenant in this environment",
		Remedy:   "Correct the tenant, or its environment, in the site's form.",
		Why: "A tenant is known in one environment only: production, stage or development. Its name is Cust with some digits, as the address of the web client shows it after the host. " +
			"A tenant that was deleted a while ago is not known any more either.",
		from: []any{cause{soapclient.KindTenant, soapclient.ReasonTenantUnknown}},
	},
	{
		Reason: "tenant-not-running", Kind: monitor.KindTenant, Title: "Tenant does not run",
		Sentence: `the tenant does not run, and SuperOffice Online calls its state "Unknown"`,
		Remedy:   "Look at https://status.superoffice.com/, and ask SuperOffice if nothing is said there.",
		Why:      "SuperOffice Online tells of each tenant whether it runs and where. Of this one it says that it does not, in a word that has no page of its own here.",
		from:     []any{cause{kind: soapclient.KindTenant}, cause{soapclient.KindTenant, soapclient.ReasonNotRunning}},
	},
}
