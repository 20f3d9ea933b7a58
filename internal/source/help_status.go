package source

// Guide explains a finding: the help has one for each. Its topic is monitor.Finding's.
type Guide struct {
	Topic     string   // the anchor
	Title     string   // a few words
	Means     string   // what it means
	Otherwise string   // what happens if nothing is done
	Steps     []string // what to do, in order; none: nothing is to do
	Who       string   // who can help
}

// What several guides say.
const (
	inLicences = "In SuperOffice, open Settings and maintenance, Licences: each issuer has a tab of its own there."
	yourPeople = "A SuperOffice administrator of the installation; for what was ordered and paid, your contact at SuperOffice or your partner."
	withCopy   = "Copy the details here and send them along: they name company, serial number, dates and modules, and no secret."
	freeSeats  = "Take the licence from people who left, or who do not need it: Licences marks the module in red and offers to remove what is superfluous. " +
		"Somebody with open requests in Service keeps the licence until these have another owner."
)

// statusGuides explain the words of licence servers (domain.md §4.5).
var statusGuides = []Guide{
	{
		Topic: "status-Ok", Title: "The licence server has no news",
		Means: "The issuer's licence server was asked through the site and holds nothing newer than what is in force. " +
			"It says nothing about when that ends; dates and seats are watched apart from it.",
		Otherwise: "Nothing.",
		Who:       "Nobody needs to do anything.",
	},
	{
		Topic: "status-NewLicenseActivated", Title: "New licence activated",
		Means:     "NetServer fetched a newer licence and put it in force by itself, as it does with ordinary renewals.",
		Otherwise: "The new licence stays in force. If its numbers are wrong, somebody may miss a module.",
		Steps: []string{
			inLicences + " A link shows what changed.",
			"Hold the numbers of users and the dates against what was ordered.",
			"If they are wrong, tell SuperOffice. " + withCopy,
		},
		Who: yourPeople,
	},
	{
		Topic: "status-NewLicenseAvailable", Title: "New licence available",
		Means: "The issuer holds a newer licence than the one in force, and it was not taken over by itself. " +
			"The usual cause is that more is assigned than the new licence has: after fewer users were ordered, or another plan, the surplus of the old one stands in the way.",
		Otherwise: "What was ordered does not arrive, and the present licence goes on to its end: after its expiry and its grace date modules stop.",
		Steps: []string{
			"Compare it here with the present one: red is where more is in use than the new licence has.",
			"If numbers are wrong, activate nothing and ask SuperOffice.",
			freeSeats,
			inLicences + " Activate the new licence there.",
		},
		Who: yourPeople,
	},
	{
		Topic: "status-NewCompanyNameAvailable", Title: "New company name available",
		Means:     "The issuer knows the company by another name than the licence in force, and has a licence with the new one.",
		Otherwise: "The old name stays, and the licence is not renewed until the new one is taken over.",
		Steps: []string{
			"Compare the two here. A name that is not yours belongs to another installation, or to another customer.",
			"If the name is right, activate the licence. " + inLicences,
			"If it is wrong, activate nothing and ask SuperOffice.",
		},
		Who: yourPeople,
	},
	{
		Topic: "status-NewSerialAvailable", Title: "New serial number available",
		Means: "The issuer holds a licence with another serial number. The serial number says which installation it is, so that this is a larger change than a renewal: " +
			"after a merger, a move, or a trial that became a customer's.",
		Otherwise: "The licence with the old number runs to its end. It is not renewed any more.",
		Steps: []string{
			"Compare the two here, and write down both numbers.",
			"Ask SuperOffice whether the new number is meant for this installation, and not for a test or a trial.",
			"When they say so, activate it. " + inLicences,
		},
		Who: "Your contact at SuperOffice or your partner, who know which number belongs to which installation.",
	},
	{
		Topic: "status-UseCustomMessage", Title: "Message from the issuer",
		Means:     "The licence server answered with words of its issuer in place of one of the usual answers. They stand below the finding, as plain text.",
		Otherwise: "It depends on the message. Payment and the end of an agreement are what issuers write about most.",
		Steps: []string{
			"Read the message and do what it says, if it makes sense to you.",
			"If it does not, ask the issuer. " + withCopy,
		},
		Who: "Whoever wrote it: SuperOffice, or the vendor of the add-on whose owner it is.",
	},
	{
		Topic: "status-UseCustomMessageAndUrl", Title: "Message and link from the issuer",
		Means: "The licence server answered with words of its issuer and with a web address. Licensewatch opens it only when you press the button, which shows the host; " +
			"what is not an ordinary web address it does not open at all.",
		Otherwise: "It depends on the message. Payment and the end of an agreement are what issuers write about most.",
		Steps: []string{
			"Read the message.",
			"Look at the host on the button, and open the link if it is one that you expect of this issuer.",
			"Else ask the issuer. " + withCopy,
		},
		Who: "Whoever wrote it: SuperOffice, or the vendor of the add-on whose owner it is.",
	},
	{
		Topic: "status-ProblemWithLicense", Title: "Problem with the licence",
		Means: "The licence server will not give this installation a licence. Most often more is assigned than was bought, after a smaller order or another plan. " +
			"Else the installation is not the one you think, such as an expired trial; a payment has not arrived, or not yet in the licence system; " +
			"the version on the server is newer than its maintenance agreement allows; or database and licence system disagree.",
		Otherwise: "The licence is not renewed. It goes on until its expiry; after the grace date modules stop.",
		Steps: []string{
			"Read the message below the finding, if there is one.",
			"Hold company and serial number against your contract: is it the right installation?",
			freeSeats,
			"On site: see that the server reaches https://license.superoffice.com. A server without the internet gets a licence file from SuperOffice, which Licences loads.",
			"If that is not it, ask SuperOffice whether the payment is booked and the agreement in order. " + withCopy,
		},
		Who: yourPeople,
	},
	{
		Topic: "status-UnknownError", Title: "The licence server fails",
		Means:     "NetServer asked the issuer's licence server and got an answer that helps neither of them. Often the server on which NetServer runs does not get out to the internet; sometimes the licence server has a bad hour.",
		Otherwise: "The licence in force stays in force until its end, and nobody learns of a new one.",
		Steps: []string{
			"Try again in an hour.",
			"On site: see that the server reaches https://license.superoffice.com, through its firewall and proxy.",
			"If it stays so for a day, ask SuperOffice. " + withCopy,
		},
		Who: "Whoever looks after the server and its way out; then SuperOffice.",
	},
	{
		Topic: "status-other", Title: "A word that is not known",
		Means:     "The licence server answered with a status that did not exist when this version was made. It is shown as it was sent, and never taken for good news.",
		Otherwise: "Nobody can tell: it may be news or trouble.",
		Steps: []string{
			inLicences + " It says in words how the licence stands.",
			"Look for a newer Licensewatch.",
		},
		Who: yourPeople,
	},
}
