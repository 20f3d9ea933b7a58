# The story of "licensewatch --demo", about four minutes.
#
# A line is: when, which site, which owner, what changes. The site stands as it is called, spaces and all;
# without an owner the change is a fault of the whole site. Write your own and play it with
# "licensewatch simulate --story FILE". The changes:
#
#   status NewLicenseAvailable                    NetServer's words; "Another" in quotes for one it does not have
#   message "text" [url "https://…"]              what the licence server says; status Ok takes it away
#   seats ten-sales 21/21                         in use / owned
#   date expiry +5d | -3d | 2027-06-30 | none | never
#                                                 expiry, grace, warning, maintenance, next-check
#   offer seats ten-sales 26 | module new-plan 10 | without ten-service | date expiry +585d | company "Fjord Group AS"
#         | serial 1010000014                     the licence that waits for the owner: as the one in force, but for this
#   offer none | activate                         it waits no more, or comes into force; a status alone makes one, too
#   fault refuse | reset | hang | slow 5s | cut | truncated | html | namespace | large
#   fault http 503 | http 503 retry-after 30s | redirect "https://…" | soapfault | exception "text"
#   fault limit | limit soapfault                 requests beyond 64 KiB are refused: HTTP 413, or a fault
#   fault exception-type SoLicenseException "text" | … "text" inner EndpointNotFoundException "text"
#   fault lacks Services86 Services87 | lacks Services86 soapfault
#                                                 versions of the services that are not there: HTTP 404, or a fault
#   fault switched-off                            AllowWebServiceRequests is false
#   fault session | expire-tickets | bad-password | none
#
# And at a site of SuperOffice Online:
#
#   state Suspended                               what the state API says; "Another" in quotes for a word it does not have
#   move | move refuse                            to its next host; the old one answers 421, or refuses connections
#   consent Revoked | Expired | Denied | NeedsReapproval | Active

# A new licence waits at the head office, with more seats, fewer, a new plan and another year: the first warning that
# comes as news.
+12s   Head office SUPEROFFICE status NewLicenseAvailable
+12s   Head office SUPEROFFICE offer seats ten-sales 26
+12s   Head office SUPEROFFICE offer seats ten-service 10
+12s   Head office SUPEROFFICE offer module crm-insights 10
+12s   Head office SUPEROFFICE offer date maintenance +585d
+12s   Head office SUPEROFFICE offer date warning +557d
+12s   Head office SUPEROFFICE offer date expiry +585d
+12s   Head office SUPEROFFICE offer date grace +597d

# The warehouse cannot be reached: unknown, never green.
+15s   Warehouse fault refuse

# An add-on's licence server has something to say, and shows where to go.
+25s   Web shop CARTLINK message "Your agreement must be renewed before the summer." url "https://shop.cartlink.example/renew"
+25s   Web shop CARTLINK status UseCustomMessageAndUrl

# A single seat is left.
+30s   Branch Oslo SUPEROFFICE seats ten-sales 20/21

# Something is wrong with a licence: critical.
+35s   Nordlys METERSYNC message "The licence could not be validated. Contact Metersync."
+35s   Nordlys METERSYNC status ProblemWithLicense

# More people have a licence than were paid for.
+40s   Web shop SUPEROFFICE seats ten-marketing 9/8

# The last seats go.
+50s   Branch Oslo SUPEROFFICE seats ten-sales 21/21

# Weeks pass for an add-on: it steps down the ladder of reminders.
+55s   Nordlys FORMSPLUS date warning +2d
+55s   Nordlys FORMSPLUS date expiry +30d
+55s   Nordlys FORMSPLUS date grace +42d

# A new licence waits that has fewer seats than are in use: three people must give theirs back first.
+60s   Nordlys SUPEROFFICE status NewLicenseAvailable
+60s   Nordlys SUPEROFFICE offer seats standard-sales 25
+60s   Nordlys SUPEROFFICE offer date maintenance +515d
+60s   Nordlys SUPEROFFICE offer date warning +487d
+60s   Nordlys SUPEROFFICE offer date expiry +515d
+60s   Nordlys SUPEROFFICE offer date grace +527d

# The warehouse is back.
+70s   Warehouse fault none

# The next step of the ladder.
+75s   Nordlys FORMSPLUS date warning -14d
+75s   Nordlys FORMSPLUS date expiry +14d
+75s   Nordlys FORMSPLUS date grace +26d

# An add-on has run out and lives on its grace days.
+85s   Branch Oslo ACMEADDON date warning -31d
+85s   Branch Oslo ACMEADDON date expiry -3d
+85s   Branch Oslo ACMEADDON date grace +9d

# The head office activates what waited for it.
+100s  Head office SUPEROFFICE offer activate

# The warehouse's licence comes under another name and serial number.
+110s  Warehouse SUPEROFFICE status NewSerialAvailable
+110s  Warehouse SUPEROFFICE offer company "Harbour Group Ltd"
+110s  Warehouse SUPEROFFICE offer serial 1030911431

# Maintenance has ended for an add-on that does not expire.
+115s  Nordlys GEOMAP date maintenance -1d

# Nordlys answers with nothing at all, then late, then well.
+120s  Nordlys fault hang
+150s  Nordlys fault slow 2s
+165s  Nordlys fault none

# Two people give their licence back.
+130s  Web shop SUPEROFFICE seats ten-marketing 7/8

# Tickets die now and then; nobody should notice.
+170s  Head office fault expire-tickets

# A proxy's page where NetServer should be.
+180s  Web shop fault html
+200s  Web shop fault none

# Four people at Nordlys have given theirs back, so that the new licence can be activated; the warehouse takes its own.
+185s  Nordlys SUPEROFFICE seats standard-sales 24/30
+195s  Nordlys SUPEROFFICE offer activate
+205s  Warehouse SUPEROFFICE offer activate

# Metersync is in order again, the others renew, and the branch buys seats.
+210s  Nordlys METERSYNC status Ok
+215s  Nordlys FORMSPLUS date expiry +460d
+215s  Nordlys FORMSPLUS date grace +472d
+215s  Nordlys FORMSPLUS date warning +432d
+220s  Branch Oslo SUPEROFFICE seats ten-sales 21/30
+225s  Branch Oslo ACMEADDON date expiry +365d
+225s  Branch Oslo ACMEADDON date grace +377d
+225s  Branch Oslo ACMEADDON date warning +337d
+230s  Nordlys GEOMAP date maintenance +374d
+240s  Web shop CARTLINK status Ok
