// A client of NetServer as gSOAP makes one of SuperOffice's WSDL:
//
//   client BASE < secrets
//
// It reads the application token, the user and the password from standard input, one a line, calls every operation that reads and
// prints for each its name, a tab, and what it brought.
#include "BasicHttpBinding_USCORELicense.nsmap"
#include "soapBasicHttpBinding_USCORELicenseProxy.h"
#include <cstdio>
#include <iostream>
#include <string>

using std::string;

static string said(string *s) { return s ? *s : "(nil)"; }
static string said(int *n) { return n ? std::to_string(*n) : "(nil)"; }
static string said(bool *b) { return !b ? "(nil)" : *b ? "true" : "false"; }
static string said(time_t *t) {
  if (!t)
    return "(nil)";
  char buffer[32];
  struct tm tm;
  gmtime_r(t, &tm);
  strftime(buffer, sizeof buffer, "%Y-%m-%d", &tm);
  return buffer;
}

class Client {
  BasicHttpBinding_USCORELicenseProxy proxy;
  struct soap *soap;
  string base, token, ticket;

  string *text(const string &s) {
    string *p = soap_new_std__string(soap);
    *p = s;
    return p;
  }
  int *number(int n) {
    int *p = (int *)soap_malloc(soap, sizeof n);
    *p = n;
    return p;
  }
  const char *at(const char *service) {
    string url = base + service + ".svc";
    return soap_strdup(soap, url.c_str());
  }
  const char *license() {
    SOAP_ENV__Header *h = soap->header = soap_new_SOAP_ENV__Header(soap);
    h->so__ApplicationToken = text(token);
    h->so__Credentials = soap_new_so__SoCredentials(soap);
    h->so__Credentials->Ticket = text(ticket);
    return at("License");
  }
  const char *principal() {
    SOAP_ENV__Header *h = soap->header = soap_new_SOAP_ENV__Header(soap);
    h->so__ApplicationToken = text(token);
    return at("SoPrincipal");
  }
  // tell prints what an operation brought, or why it failed.
  template <class Show> void tell(const char *op, int error, Show show) {
    string line;
    SOAP_ENV__Header *h = soap->header;
    if (error != SOAP_OK) {
      char buffer[1000];
      soap_sprint_fault(soap, buffer, sizeof buffer);
      line = string("failed: ") + buffer;
    } else if (h && h->so__Succeeded && !*h->so__Succeeded)
      line = string("refused: ") + (h->so__ExceptionInfo ? said(h->so__ExceptionInfo->ExceptionType) : "(nil)");
    else
      line = show();
    for (char &c : line)
      if (c == '\n')
        c = ' ';
    printf("%s\t%s\n", op, line.c_str());
  }
  string authenticated(_so__AuthenticateResponse &r) {
    if (r.Credentials && r.Credentials->Ticket)
      ticket = *r.Credentials->Ticket;
    string rights;
    if (r.Response && r.Response->FunctionRights)
      for (string &s : r.Response->FunctionRights->string)
        rights += " " + s;
    return said(r.AuthenticationSucceeded) + " " + (r.Response ? said(r.Response->Associate) : "(nil)") + rights;
  }
  static string of(so__ExtendedLicenseInfo *x) {
    if (!x || !x->Current)
      return "(nil)";
    so__LicenseInfo *l = x->Current;
    string line = said(l->OwnerName) + " " + said(l->CompanyName) + " " + said(l->SerialNr) + " " + said(l->ExpiryDate) + " " + said(l->GraceDate);
    if (x->ExtendedModuleLicenses)
      for (so__ExtendedModuleLicense *u : x->ExtendedModuleLicenses->ExtendedModuleLicense)
        line += " " + (u->Current ? said(u->Current->ModuleName) : "(nil)") + "=" + said(u->NumberOfLicensesInUse) + "/" + said(u->NumberOfLicensesTotal);
    return line;
  }
  static string of(so__ArrayOfModuleLicenseLink *all) {
    string line;
    if (all)
      for (so__ModuleLicenseLink *s : all->ModuleLicenseLink)
        line += said(s->Name) + "=" + said(s->InUse) + "/" + said(s->Total) + " ";
    return line;
  }
  static string of(so__ArrayOfLicenseOwner *all) {
    string line;
    if (all)
      for (so__LicenseOwner *o : all->LicenseOwner)
        line += said(o->Name) + ": " + of(o->RestrictedModuleLicenses) + of(o->UnrestrictedModuleLicenses);
    return line;
  }

public:
  Client(const string &base, const string &token) : proxy(SOAP_C_UTFSTRING), base(base), token(token) { soap = proxy.soap; }
  void signIn(const string &user, const string &password);
  void polled();
  void others();
  void assignments();
};

void Client::signIn(const string &user, const string &password) {
  {
    _so__GetSystemInfo q;
    _so__GetSystemInfoResponse r;
    tell("GetSystemInfo", proxy.GetSystemInfo(principal(), NULL, &q, r), [&] {
      return !r.SystemInfo || !r.SystemInfo->License ? string("(nil)") : said(r.SystemInfo->License->SerialNr) + " " + said(r.SystemInfo->FileVersion);
    });
  }
  {
    _so__AuthenticateImplicit q;
    _so__AuthenticateResponse r;
    tell("AuthenticateImplicit", proxy.AuthenticateImplicit(principal(), NULL, &q, r), [&] { return authenticated(r); });
  }
#if SERVICES >= 86
  {
    _so__AuthenticateWithAccessToken q;
    _so__AuthenticateResponse r;
    q.AccessToken = text("8A:none");
    tell("AuthenticateWithAccessToken", proxy.AuthenticateWithAccessToken(principal(), NULL, &q, r), [&] { return authenticated(r); });
  }
#endif
  _so__AuthenticateUsernamePassword q;
  _so__AuthenticateResponse r;
  q.UserName = text(user);
  q.Password = text(password);
  tell("AuthenticateUsernamePassword", proxy.AuthenticateUsernamePassword(principal(), NULL, &q, r), [&] { return authenticated(r); });
}

void Client::polled() {
  {
    _so__GetLicenseStatusFromLicenseServer q;
    _so__GetLicenseStatusFromLicenseServerResponse r;
    q.OwnerName = text("SUPEROFFICE");
    tell("GetLicenseStatusFromLicenseServer", proxy.GetLicenseStatusFromLicenseServer(license(), NULL, &q, r), [&] {
      return !r.Response || !r.Response->LicenseStatus ? string("(nil)")
                                                       : string(soap_so__LicenseStatus2s(soap, *r.Response->LicenseStatus)) + " " + said(r.Response->Message) + " " + said(r.Response->Url);
    });
  }
  {
    _so__GetLicenseForAllOwnersFromDB q;
    _so__GetLicenseForAllOwnersFromDBResponse r;
    tell("GetLicenseForAllOwnersFromDB", proxy.GetLicenseForAllOwnersFromDB(license(), NULL, &q, r), [&] {
      string line;
      if (r.Response)
        for (so__ExtendedLicenseInfo *x : r.Response->ExtendedLicenseInfo)
          line += of(x) + "; ";
      return line;
    });
  }
  {
    _so__GetLicenseFromDB q;
    _so__GetLicenseFromDBResponse r;
    q.OwnerName = text("SUPEROFFICE");
    tell("GetLicenseFromDB", proxy.GetLicenseFromDB(license(), NULL, &q, r), [&] { return of(r.Response); });
  }
}

void Client::others() {
  _so__GetLicenseFromLicenseServer issued;
  _so__GetLicenseFromLicenseServerResponse fresh;
  issued.OwnerName = text("SUPEROFFICE");
  tell("GetLicenseFromLicenseServer", proxy.GetLicenseFromLicenseServer(license(), NULL, &issued, fresh), [&] { return of(fresh.Response); });
  if (fresh.Response && fresh.Response->ExtendedModuleLicenses && !fresh.Response->ExtendedModuleLicenses->ExtendedModuleLicense.empty()) {
    _so__ValidateLicenseInfo q;
    _so__ValidateLicenseInfoResponse r;
    q.LicenseInfo = fresh.Response;
    tell("ValidateLicenseInfo", proxy.ValidateLicenseInfo(license(), NULL, &q, r), [&] { return !r.Response ? string("(nil)") : said(r.Response->Succeeded) + " " + said(r.Response->Reason); });
    _so__GetModuleLicenseHistoryFromLicenseServer h;
    _so__GetModuleLicenseHistoryFromLicenseServerResponse told;
    h.LicenseInfo = fresh.Response;
    h.ModuleLicense = fresh.Response->ExtendedModuleLicenses->ExtendedModuleLicense[0];
    tell("GetModuleLicenseHistoryFromLicenseServer", proxy.GetModuleLicenseHistoryFromLicenseServer(license(), NULL, &h, told), [&] { return said(told.Response); });
    _so__GetModuleLicenseFromDB m;
    _so__GetModuleLicenseFromDBResponse module;
    m.OwnerName = text("SUPEROFFICE");
    m.ModuleName = h.ModuleLicense->Current ? h.ModuleLicense->Current->ModuleName : NULL;
    tell("GetModuleLicenseFromDB", proxy.GetModuleLicenseFromDB(license(), NULL, &m, module), [&] { return !module.Response ? string("(nil)") : said(module.Response->ModuleName); });
  }
  {
    _so__GetLicenseFromFile q;
    _so__GetLicenseFromFileResponse r;
    q.FileContent = text("<no licence/>");
    tell("GetLicenseFromFile", proxy.GetLicenseFromFile(license(), NULL, &q, r), [&] { return of(r.Response); });
  }
  _so__GetShopUrl q;
  _so__GetShopUrlResponse r;
  q.OwnerName = text("SUPEROFFICE");
  tell("GetShopUrl", proxy.GetShopUrl(license(), NULL, &q, r), [&] { return said(r.Response); });
}

void Client::assignments() {
  {
    _so__GetUserLicenses q;
    _so__GetUserLicensesResponse r;
    q.AssociateId = number(11);
    tell("GetUserLicenses", proxy.GetUserLicenses(license(), NULL, &q, r), [&] { return of(r.Response); });
  }
  {
    _so__GetSatelliteLicenses q;
    _so__GetSatelliteLicensesResponse r;
    q.SatelliteId = number(0);
    tell("GetSatelliteLicenses", proxy.GetSatelliteLicenses(license(), NULL, &q, r), [&] { return of(r.Response); });
  }
  {
    _so__GetUserLicensesMDOList q;
    _so__GetUserLicensesMDOListResponse r;
    tell("GetUserLicensesMDOList", proxy.GetUserLicensesMDOList(license(), NULL, &q, r), [&] {
      string line;
      if (r.Response)
        for (so__SelectableMDOListItem *i : r.Response->SelectableMDOListItem)
          line += said(i->Name) + " ";
      return line;
    });
  }
  {
    _so__GetThirdPartyLicenseAssignments q;
    _so__GetThirdPartyLicenseAssignmentsResponse r;
    q.AssociateId = number(11);
    q.ModuleOwner = text("ACME");
    tell("GetThirdPartyLicenseAssignments", proxy.GetThirdPartyLicenseAssignments(license(), NULL, &q, r), [&] { return of(r.Response); });
  }
#if SERVICES >= 88
  {
    _so__GetUserAndInstallationLicenceStatus q;
    _so__GetUserAndInstallationLicenceStatusResponse r;
    q.AssociateId = number(11);
    tell("GetUserAndInstallationLicenceStatus", proxy.GetUserAndInstallationLicenceStatus(license(), NULL, &q, r),
         [&] { return !r.Response ? string("(nil)") : said(r.Response->SerialNr) + " " + said(r.Response->ExpiryDate); });
  }
  {
    _so__GetFencingInfo q;
    _so__GetFencingInfoResponse r;
    tell("GetFencingInfo", proxy.GetFencingInfo(license(), NULL, &q, r), [&] { return !r.Response ? string("(nil)") : said(r.Response->ActiveCount) + "/" + said(r.Response->Maximum); });
  }
#endif
}

int main(int argc, char **argv) {
  string token, user, password;
  if (argc != 2 || !std::getline(std::cin, token) || !std::getline(std::cin, user) || !std::getline(std::cin, password))
    return 64;
  Client c(argv[1], token);
  c.signIn(user, password);
  c.polled();
  c.others();
  c.assignments();
  return 0;
}
