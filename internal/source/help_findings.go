package source

import "licensewatch/monitor"

// findingGuides explain what Licensewatch finds by itself. Failures have entries of their own.
var findingGuides = []Guide{
	{
		Topic: monitor.FindingExpiring, Title: "The licence ends soon",
		Means: "The day is near on which the licence expires, or its issuer's warning date has come. " +
			"Renewals are mostly fetched without anybody's doing, some days before the end; when that has not happened, something is in the way.",
		Otherwise: "If nothing comes, the licence expires on the day named. From then to the grace date all goes on with reminders; then modules stop.",
		Steps: []string{
			"See here whether the issuer holds a new licence ready. If it does, the comparison says why it was not taken over.",
			"If it does not, see that the agreement is renewed and the invoice paid.",
			"See that it is the right installation: a trial or a test expires, and is not renewed.",
			"If you want to hear of it sooner or later next time, say when to warn.",
		},
		Who: yourPeople,
	},
	{
		Topic: monitor.FindingExpired, Title: "Expired, in grace",
		Means:     "The licence has expired, and its grace days are running: users can still work.",
		Otherwise: "On the grace date modules stop. Those that write become read-only, others switch themselves off.",
		Steps: []string{
			"See here whether the issuer holds a new licence ready, and activate it in Settings and maintenance, Licences.",
			"If none is ready, call SuperOffice today: grace days are few. " + withCopy,
			"A server without the internet needs a licence file from SuperOffice, which Licences loads.",
		},
		Who: yourPeople,
	},
	{
		Topic: monitor.FindingStopped, Title: "Modules have stopped",
		Means:     "The grace date is over. Modules that write are read-only, and others are off.",
		Otherwise: "It stays so. Nothing is deleted: when a valid licence is there, all works again.",
		Steps: []string{
			"Call SuperOffice. " + withCopy,
			"When they have renewed the licence, fetch it. " + inLicences,
			"A server without the internet gets a licence file, which the same page loads.",
		},
		Who: yourPeople,
	},
	{
		Topic: monitor.FindingMaintenance, Title: "Maintenance has ended",
		Means:     "The maintenance agreement of the licence has ended. What is installed goes on working as it does.",
		Otherwise: "Upgrades refuse to install. A server that already runs a newer version than the agreement allows may get no new licence.",
		Steps: []string{
			"Renew the agreement before the next upgrade.",
			"Before an upgrade, tell your contact at SuperOffice: the licence may need to change with it.",
		},
		Who: "Your contact at SuperOffice or your partner.",
	},
	{
		Topic: monitor.FindingSeats, Title: "Seats run out",
		Means: "A user plan, or another licence that is given to people, has few free seats or none, or more people have it than were bought. " +
			"Licences that come with a plan, and those whose number is not enforced, are not counted.",
		Otherwise: "Without a free seat a new colleague cannot be given the licence. Where more is in use than was bought, the issuer's next licence is refused.",
		Steps: []string{
			freeSeats,
			"If everybody needs it, buy more seats.",
			"If so few free seats are fine here, say when to warn.",
		},
		Who: yourPeople,
	},
	{
		Topic: monitor.FindingUnreadable, Title: "Cannot be checked",
		Means:     "Something between this computer and the site's database does not work, twice in a row. What was known of its licences stays as it was, and is not trusted any more.",
		Otherwise: "A licence can expire, or a new one wait, and you do not hear of it. It is asked again by itself, ever more rarely.",
		Steps: []string{
			"Read what failed: each failure has a part of its own on the page about failures.",
			"Mend that, and try again.",
		},
		Who: "It depends on what failed: the one who looks after the network, the server, or the sign-in.",
	},
	{
		Topic: monitor.FindingStale, Title: "No recent answer",
		Means:     "For longer than three of the usual intervals there was no good answer, so that nobody knows how the licence is now. What is shown is what was last heard.",
		Otherwise: "A licence can expire, or a new one wait, and you do not hear of it.",
		Steps: []string{
			"Check now.",
			"If that fails, the details say what failed; that has a page of its own.",
			"See whether the computer with Licensewatch was off or asleep.",
		},
		Who: "Whoever looks after the network between this computer and the site.",
	},
	{
		Topic: monitor.FindingUnlisted, Title: "No longer listed",
		Means:     "The site's database named this issuer before, and does not name it any more: its licence was removed, or the address leads to another database now.",
		Otherwise: "If it was removed on purpose, nothing: after some time it is forgotten here too. Else its modules are gone for everybody.",
		Steps: []string{
			"Ask who looks after the installation whether the licence was removed, or a backup restored.",
			inLicences,
			"See that the site's address leads to the installation that you mean.",
		},
		Who: "A SuperOffice administrator of the installation; then the vendor of the add-on.",
	},
	{
		Topic: monitor.FindingNoOwner, Title: "No owner listed",
		Means:     "The site was read, and its database names no issuer of licences at all. A working installation names at least SUPEROFFICE.",
		Otherwise: "Nothing can be watched there.",
		Steps: []string{
			"See that the address leads to the installation that you mean.",
			"See that the sign-in is a SuperOffice administrator's.",
			inLicences,
		},
		Who: "A SuperOffice administrator of the installation.",
	},
	{
		Topic: monitor.FindingPending, Title: "Not checked yet",
		Means:     "The licence server was not asked yet, or not since this computer slept, was paused, or SuperOffice Online had planned work. What is shown may be old.",
		Otherwise: "Nothing: it is asked by itself within one interval.",
		Steps:     []string{"Wait, or check now."},
		Who:       "Nobody needs to do anything.",
	},
	{
		Topic: monitor.FindingTenant, Title: "The tenant rests",
		Means:     "SuperOffice Online says that the tenant is not to be called now: it is being upgraded, moved or restored, or it is suspended or deleted. Nothing is sent to it then.",
		Otherwise: "After an upgrade, a move or a restored backup it comes back by itself. A suspended tenant stays closed to its users.",
		Steps: []string{
			"Read which state it is in, and wait if it is work in progress.",
			"If it is suspended or deleted, ask SuperOffice whether a payment is open or the agreement has ended.",
		},
		Who: yourPeople,
	},
	{
		Topic: monitor.FindingCertificate, Title: "Certificate nears its end",
		Means:     "The certificate that the server shows, or one that vouches for it, ends soon. That has nothing to do with licences.",
		Otherwise: "On that day no client gets in any more: neither Licensewatch nor SuperOffice's own.",
		Steps: []string{
			"Have the server's administrator renew it, and the ones between if they end too.",
			"Check now: it is read anew each time.",
		},
		Who: "Whoever looks after the web server. SuperOffice Online renews its own by itself.",
	},
	{
		Topic: monitor.FindingOffline, Title: "Offline",
		Means:     "No site that shares the same way out can be reached, so that it is not the sites' fault: this computer, its network or its proxy.",
		Otherwise: "Nothing is heard of any site behind it. All are asked again as soon as one answers.",
		Steps: []string{
			"See whether other programs get out.",
			"See that the VPN is up, if the sites need one, and that the proxy is there.",
			"Try again.",
		},
		Who: "Whoever looks after this computer and its network.",
	},
}
