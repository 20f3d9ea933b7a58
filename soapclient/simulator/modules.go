package simulator

import "fmt"

// catalogue is a list of modules as SUPEROFFICE's licences hold them: user plans that people see and that
// grant hidden user modules, the hidden ones, and what holds for the whole site. The first few are enough
// for a small licence.
var catalogue = []Module{
	plan("ten-sales", "Sales Premium", "Can edit Companies, Diary, Sales, Selections, Reports", "user,web,pocket-crm-cal,sale-cal,diary-cal,selection-cal,reporter-cal", 21, 17),
	plan("ten-marketing", "Marketing Premium", "Can edit Companies, Diary, Mailings, Forms, Selections", "user,web,pocket-crm-cal,mailing-cal,forms-cal,selection-cal", 8, 5),
	plan("ten-service", "Service Premium", "Can edit Companies, Diary, Requests, Knowledge base", "user,web,pocket-crm-cal,request-cal,chat-cal,faq-cal", 12, 9),
	plan("ten-complete", "Complete CRM", "Can edit everything in Sales, Marketing and Service", "user,web,pocket-crm-cal,sale-cal,mailing-cal,request-cal,selection-cal", 6, 4),
	hidden("user", "User login", "Can sign in", 63, 38),
	hidden("web", "Web client", "Can use the web client", 63, 38),
	site("server", "NetServer", "The application server of this installation"),
	site("expander-services", "Development Tools", "Activates CS Extra Tables, External Users, ERP Sync, Custom Apps"),
	plan("standard-sales", "Sales Standard", "Can edit Companies, Diary, Sales", "user,web,sale-cal,diary-cal", 30, 22),
	plan("standard-service", "Service Standard", "Can edit Companies, Diary, Requests", "user,web,request-cal,diary-cal", 15, 11),
	plan("standard-marketing", "Marketing Standard", "Can edit Companies, Diary, Mailings", "user,web,mailing-cal,diary-cal", 6, 2),
	plan("crm-reader", "Reader", "Can look at everything and change nothing", "user,web", 10, 3),
	hidden("pocket-crm-cal", "Pocket CRM", "Can use the mobile client", 46, 30),
	hidden("sale-cal", "Sale", "Can edit sales", 56, 46),
	hidden("diary-cal", "Diary", "Can edit the diary", 72, 55),
	hidden("selection-cal", "Selection", "Can make selections", 34, 29),
	hidden("reporter-cal", "Reporter", "Can run and edit reports", 21, 20),
	hidden("mailing-cal", "Mailing", "Can send mailings", 19, 11),
	hidden("forms-cal", "Forms", "Can publish forms", 8, 5),
	hidden("request-cal", "Request", "Can answer requests", 32, 24),
	hidden("chat-cal", "Chat", "Can answer chats", 12, 9),
	hidden("faq-cal", "Knowledge base", "Can edit the knowledge base", 12, 9),
	hidden("project-cal", "Project", "Can edit projects", 72, 41),
	hidden("document-cal", "Document", "Can edit documents", 72, 55),
	hidden("quote-cal", "Quote", "Can make quotes", 26, 24),
	hidden("dashboard-cal", "Dashboard", "Can edit dashboards", 46, 21),
	hidden("import-cal", "Import", "Can import companies and contacts", 5, 4),
	hidden("audience-cal", "Audience", "Can edit the customer centre", 8, 5),
	hidden("mail-link-cal", "Mail link", "Can archive mail from the mail program", 63, 33),
	hidden("travel-cal", "Travel", "Can take a part of the database along", 10, 0),
	hidden("windows-cal", "Windows client", "Can use the Windows client", 63, 17),
	hidden("gdpr-cal", "Privacy", "Can handle consents", 72, 55),
	tier("sales-t1", "Sales tier 1"),
	tier("sales-t2", "Sales tier 2"),
	tier("marketing-t1", "Marketing tier 1"),
	tier("marketing-t2", "Marketing tier 2"),
	tier("service-t1", "Service tier 1"),
	tier("service-t2", "Service tier 2"),
	site("custom-apps", "Custom Apps", "Own applications may call the web services"),
	site("web-services", "Web Services", "Applications may call the web services"),
	site("need-consent", "Consent", "Applications need the consent of an administrator"),
	site("feature-pricing", "Feature pricing", "Prices follow the features in use"),
	site("maintenance", "Maintenance", "Upgrades may be installed"),
	site("subscription", "Subscription", "The licence is a subscription"),
	site("erp-sync", "ERP Sync", "Companies and contacts may be kept in step with an ERP system"),
	site("quote-connector", "Quote connector", "Prices may come from an ERP system"),
	site("mirroring", "Database mirroring", "A copy of the database may be kept elsewhere"),
	site("extra-tables", "Extra tables", "Own tables may be added to the database"),
	unrestricted("external-user", "External user", "Customers may sign in to the customer centre", 1, 214),
	unrestricted("system-user", "System user", "Applications may sign in without a person", 1, 3),
}

// modules returns the first n modules of the catalogue, and made-up ones after its end.
func modules(n int) []Module {
	list := make([]Module, 0, n)
	for i := range n {
		m := catalogue[i%len(catalogue)]
		if round := i / len(catalogue); round > 0 {
			m.Name = fmt.Sprintf("%s-%d", m.Name, round+1)
		}
		list = append(list, m)
	}
	return list
}

func plan(name, description, can, grants string, total, inUse int) Module {
	return Module{Name: name, Description: description, Tooltip: "User Plan: " + can, Type: "UserLicense",
		Users: "InternalAssociate", Total: total, InUse: inUse, ExtraFlags: 1, ExtraInfo: "set=" + grants}
}

func hidden(name, description, can string, total, inUse int) Module {
	return Module{Name: name, Description: description, Tooltip: can + ", granted by a user plan", Type: "UserLicense",
		Users: "InternalAssociate", Total: total, InUse: inUse, Hidden: true}
}

func site(name, description, tooltip string) Module {
	return Module{Name: name, Description: description, Tooltip: tooltip, Type: "SiteLicense", Total: 1, InUse: 1}
}

func tier(name, description string) Module {
	m := site(name, description, "Marks the tier of a user plan")
	m.ExtraFlags, m.Hidden = 2, true
	return m
}

func unrestricted(name, description, tooltip string, total, inUse int) Module {
	return Module{Name: name, Description: description, Tooltip: tooltip, Type: "UserLicense",
		Users: "ExternalAssociate", Total: total, InUse: inUse, Unrestricted: true}
}
