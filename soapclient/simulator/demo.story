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

# A new licence waits at the head office: the first warning that comes as news.
+12s   Head office SUPEROFFICE status NewLicenseAvailable

# The warehouse cannot be reached: unknown, never green.
+15s   Warehouse fault refuse

# An add-on's licence server has something to say, and shows where to go.
+25s   Web shop CARTLINK message "Your agreement must be renewed before the summer." url "https://shop.cartlink.example/renew"
+25s   Web shop CARTLINK status UseCustomMessageAndUrl

# Something is wrong with a licence: critical.
+35s   Nordlys METERSYNC message "The licence could not be validated. Contact Metersync."
+35s   Nordlys METERSYNC status ProblemWithLicense

# The last seats go.
+50s   Branch Oslo SUPEROFFICE seats ten-sales 21/21

# The warehouse is back.
+70s   Warehouse fault none

# An add-on has run out and lives on its grace days.
+85s   Branch Oslo ACMEADDON date warning -31d
+85s   Branch Oslo ACMEADDON date expiry -3d
+85s   Branch Oslo ACMEADDON date grace +9d

# The head office activates what waited for it.
+100s  Head office SUPEROFFICE date expiry +585d
+100s  Head office SUPEROFFICE date grace +597d
+100s  Head office SUPEROFFICE date warning +557d
+100s  Head office SUPEROFFICE seats ten-sales 17/26
+100s  Head office SUPEROFFICE status Ok

# Nordlys answers with nothing at all, then late, then well.
+120s  Nordlys fault hang
+150s  Nordlys fault slow 2s
+165s  Nordlys fault none

# Tickets die now and then; nobody should notice.
+170s  Head office fault expire-tickets

# A proxy's page where NetServer should be.
+180s  Web shop fault html
+200s  Web shop fault none

# Metersync is in order again, and the branch buys seats and renews.
+210s  Nordlys METERSYNC status Ok
+220s  Branch Oslo SUPEROFFICE seats ten-sales 21/30
+225s  Branch Oslo ACMEADDON date expiry +365d
+225s  Branch Oslo ACMEADDON date grace +377d
+225s  Branch Oslo ACMEADDON date warning +337d
+240s  Web shop CARTLINK status Ok
