// A NetServer as gSOAP makes one of SuperOffice's WSDL. It prints the port that it listens on, and answers until it is killed.
// What it answers is what foreign_test.go expects; a licence that is posted back is answered with what arrived of it.
#include "BasicHttpBinding_USCORELicense.nsmap"
#include "soapBasicHttpBinding_USCORELicenseService.h"
#include <cstdio>
#include <cstring>
#include <string>

using std::string;

static string *text(struct soap *soap, const string &s) {
  string *p = soap_new_std__string(soap);
  *p = s;
  return p;
}
static int *number(struct soap *soap, int n) {
  int *p = (int *)soap_malloc(soap, sizeof n);
  *p = n;
  return p;
}
static bool *truth(struct soap *soap, bool b) {
  bool *p = (bool *)soap_malloc(soap, sizeof b);
  *p = b;
  return p;
}
static time_t *day(struct soap *soap, const char *iso) {
  time_t *p = (time_t *)soap_malloc(soap, sizeof(time_t));
  soap_s2dateTime(soap, iso, p);
  return p;
}
template <class E> static E *word(struct soap *soap, E e) {
  E *p = (E *)soap_malloc(soap, sizeof e);
  *p = e;
  return p;
}
static xsd__base64Binary *bytes(struct soap *soap, const char *s) {
  xsd__base64Binary *b = soap_new_xsd__base64Binary(soap);
  b->__size = (int)strlen(s);
  b->__ptr = (unsigned char *)soap_strdup(soap, s);
  return b;
}

static so__ModuleLicense *plan(struct soap *soap, const string &owner, const string &name) {
  so__ModuleLicense *m = soap_new_so__ModuleLicense(soap);
  m->OwnerName = text(soap, owner);
  m->ModuleName = text(soap, name);
  m->ModuleDescription = text(soap, "Sales <Premium> & more");
  m->ModuleTooltip = text(soap, "");
  m->ModuleVersion = text(soap, "11.11");
  m->LicenseType = word(soap, so__LicenseType__UserLicense);
  m->Unrestricted = truth(soap, false);
  m->AllowedUserType = word(soap, so__UserType__InternalAssociate);
  m->NumberOfLicenses = number(soap, 21);
  m->ExtraFlags = number(soap, 1);
  m->ExtraInfo = text(soap, "set=user,web");
  m->SortOrder = number(soap, 73);
  m->IsHidden = truth(soap, false);
  m->Signature = text(soap, "MCwCFA==");
  return m;
}

static so__LicenseInfo *terms(struct soap *soap, const string &owner) {
  so__LicenseInfo *l = soap_new_so__LicenseInfo(soap);
  l->CompanyName = text(soap, "Fjord AS");
  l->SerialNr = text(soap, "1010000014");
  l->OwnerName = text(soap, owner);
  l->OwnerDescription = text(soap, "Issuer " + owner);
  l->NextCheckDate = day(soap, "2026-12-01T00:00:00Z");
  l->MaintenanceDate = day(soap, "2027-06-30T00:00:00Z");
  l->AdminWarningDate = day(soap, "2027-05-31T00:00:00Z");
  l->ExpiryDate = day(soap, "2027-06-30T00:00:00Z");
  l->GraceDate = day(soap, "2027-07-12T00:00:00Z");
  l->ExtraFlags = number(soap, 0);
  l->LicenseUrl = text(soap, "https://licence.example/");
  l->LicenseVersion = text(soap, "11.11");
  l->DeploymentType = number(soap, 1);
  l->ModuleLicenses = soap_new_so__ArrayOfModuleLicense(soap);
  l->ModuleLicenses->ModuleLicense.push_back(plan(soap, owner, "ten-sales"));
  l->PublicKey = soap_new_so__SignedPublicKey(soap);
  l->PublicKey->OwnerName = text(soap, owner);
  l->PublicKey->SignDate = day(soap, "2010-01-01T00:00:00Z");
  l->PublicKey->ExpiryDate = day(soap, "2035-01-01T00:00:00Z");
  crypto__DSAParameters *key = l->PublicKey->Key = soap_new_crypto__DSAParameters(soap);
  key->Counter = 7;
  key->G = bytes(soap, "generator");
  key->P = bytes(soap, "prime");
  key->Q = bytes(soap, "divisor");
  key->Y = bytes(soap, "public");
  l->PublicKey->Signature = text(soap, "MC0CFQ==");
  l->Signature = text(soap, "MCwCFA==");
  return l;
}

static so__ExtendedLicenseInfo *licence(struct soap *soap, const string &owner, const string &reason) {
  so__ExtendedLicenseInfo *x = soap_new_so__ExtendedLicenseInfo(soap);
  x->Reason = text(soap, reason);
  x->CanBeActivated = truth(soap, false);
  x->Current = terms(soap, owner);
  x->ExtendedModuleLicenses = soap_new_so__ArrayOfExtendedModuleLicense(soap);
  so__ExtendedModuleLicense *u = soap_new_so__ExtendedModuleLicense(soap);
  u->Current = plan(soap, owner, "ten-sales");
  u->NumberOfLicensesInUse = number(soap, 20);
  u->NumberOfLicensesFree = number(soap, 1);
  u->NumberOfLicensesAdded = number(soap, 0);
  u->NumberOfLicensesNewTotal = number(soap, 0);
  u->NumberOfLicensesNewFree = number(soap, 0);
  u->NumberOfLicensesTotal = number(soap, 21);
  x->ExtendedModuleLicenses->ExtendedModuleLicense.push_back(u);
  x->AccumulatedNextCheckDate = day(soap, "2026-12-02T00:00:00Z");
  return x;
}

static so__ModuleLicenseLink *seat(struct soap *soap) {
  so__ModuleLicenseLink *s = soap_new_so__ModuleLicenseLink(soap);
  s->Unrestricted = truth(soap, false);
  s->Total = number(soap, 21);
  s->Tooltip = text(soap, "tip");
  s->CanAssign = truth(soap, true);
  s->Free = number(soap, 1);
  s->InUse = number(soap, 20);
#if SERVICES >= 87
  s->IsHidden = truth(soap, true);
#endif
  s->Assigned = truth(soap, true);
  s->ModuleLicenseId = number(soap, 12);
  s->Name = text(soap, "ten-sales");
  s->Description = text(soap, "Sales Premium");
  s->SortOrder = number(soap, 73);
#if SERVICES >= 88
  s->ExtraFlags = number(soap, 1);
#endif
  return s;
}

static so__ArrayOfLicenseOwner *owners(struct soap *soap, const string &description) {
  so__ArrayOfLicenseOwner *all = soap_new_so__ArrayOfLicenseOwner(soap);
  so__LicenseOwner *o = soap_new_so__LicenseOwner(soap);
  o->Name = text(soap, "SUPEROFFICE");
  o->Description = text(soap, description);
  o->RestrictedModuleLicenses = soap_new_so__ArrayOfModuleLicenseLink(soap);
  o->RestrictedModuleLicenses->ModuleLicenseLink.push_back(seat(soap));
  all->LicenseOwner.push_back(o);
  return all;
}

static string said(string *s) { return s ? *s : "(nil)"; }

// arrived tells what came of a licence that was posted back.
static string arrived(so__ExtendedLicenseInfo *x) {
  if (!x || !x->Current || !x->Current->PublicKey || !x->Current->PublicKey->Key || !x->Current->PublicKey->Key->P || !x->ExtendedModuleLicenses)
    return "incomplete";
  xsd__base64Binary *p = x->Current->PublicKey->Key->P;
  return said(x->Current->SerialNr) + " " + string((char *)p->__ptr, p->__size) + " " + std::to_string(x->Current->PublicKey->Key->Counter) + " " +
         said(x->Current->Signature) + " " + std::to_string(x->ExtendedModuleLicenses->ExtendedModuleLicense.size());
}

typedef BasicHttpBinding_USCORELicenseService Service;

class NetServer : public Service {
public:
  NetServer() : Service(SOAP_C_UTFSTRING | SOAP_XML_INDENT) {}
  Service *copy() { return new NetServer(); }

  // head writes the reply's header.
  void head(const char *type, const char *message) {
    SOAP_ENV__Header *h = soap->header = soap_new_SOAP_ENV__Header(soap);
    h->so__Succeeded = truth(soap, type == NULL);
    if (type) {
      so__SoExceptionInfo *x = h->so__ExceptionInfo = soap_new_so__SoExceptionInfo(soap);
      x->Message = text(soap, message);
      x->StackTrace = text(soap, "   at SuperOffice.Somewhere()");
      x->ExceptionType = text(soap, type);
    }
  }
  // known checks the request's header before an operation of the License service.
  bool known() {
    SOAP_ENV__Header *h = soap->header;
    bool ok = h && h->so__ApplicationToken && *h->so__ApplicationToken == "tok & en" && h->so__Credentials && h->so__Credentials->Ticket &&
              *h->so__Credentials->Ticket == "7T:dGlja2V0";
    if (ok)
      head(NULL, NULL);
    else
      head("SuperOffice.Exceptions.SoSessionException", "Authentication failed!");
    return ok;
  }
  int authenticated(bool ok, _so__AuthenticateResponse &r) {
    head(NULL, NULL);
    r.AuthenticationSucceeded = truth(soap, ok);
    if (!ok)
      return SOAP_OK;
    r.Response = soap_new_so__SoPrincipalCarrier(soap);
    r.Response->Associate = text(soap, "admin");
    r.Response->FullName = text(soap, "Ada Admin");
    r.Response->FunctionRights = soap_new_arr__ArrayOfstring(soap);
    r.Response->FunctionRights->string.push_back("admin-all");
    r.Credentials = soap_new_so__SoCredentials(soap);
    r.Credentials->Ticket = text(soap, "7T:dGlja2V0");
    return SOAP_OK;
  }

  int AuthenticateUsernamePassword(_so__AuthenticateUsernamePassword *q, _so__AuthenticateResponse &r) {
    return authenticated(said(q->UserName) == "admin" && said(q->Password) == "s3cret & <more>", r);
  }
  int AuthenticateImplicit(_so__AuthenticateImplicit *, _so__AuthenticateResponse &r) { return authenticated(true, r); }
  int AuthenticateGeneric(_so__AuthenticateGeneric *, _so__AuthenticateResponse &r) { return authenticated(false, r); }
#if SERVICES >= 86
  int AuthenticateWithAccessToken(_so__AuthenticateWithAccessToken *q, _so__AuthenticateResponse &r) {
    return authenticated(said(q->AccessToken) == "8A:Cust12345.token", r);
  }
#endif
  int GetSystemInfo(_so__GetSystemInfo *, _so__GetSystemInfoResponse &r) {
    head(NULL, NULL);
    r.SystemInfo = soap_new_so__SoSystemInfoCarrier(soap);
    r.SystemInfo->License = terms(soap, "SUPEROFFICE");
    r.SystemInfo->CompanyName = text(soap, "Fjord AS");
    r.SystemInfo->FileVersion = text(soap, "11.11.9658.1");
    return SOAP_OK;
  }
  int GetLicenseStatusFromLicenseServer(_so__GetLicenseStatusFromLicenseServer *q, _so__GetLicenseStatusFromLicenseServerResponse &r) {
    if (!known())
      return SOAP_OK;
    r.Response = soap_new_so__CheckLicenseStatusResult(soap);
    bool so = said(q->OwnerName) == "SUPEROFFICE";
    r.Response->LicenseStatus = word(soap, so ? so__LicenseStatus__UseCustomMessageAndUrl : so__LicenseStatus__Ok);
    r.Response->Message = text(soap, so ? "Renew <soon> & well" : "");
    r.Response->Url = text(soap, so ? "https://shop.example/?a=1&b=2" : "");
    return SOAP_OK;
  }
  int GetLicenseForAllOwnersFromDB(_so__GetLicenseForAllOwnersFromDB *, _so__GetLicenseForAllOwnersFromDBResponse &r) {
    if (!known())
      return SOAP_OK;
    r.Response = soap_new_so__ArrayOfExtendedLicenseInfo(soap);
    r.Response->ExtendedLicenseInfo.push_back(licence(soap, "SUPEROFFICE", ""));
    r.Response->ExtendedLicenseInfo.push_back(licence(soap, "ACME", ""));
    return SOAP_OK;
  }
  int GetLicenseFromDB(_so__GetLicenseFromDB *q, _so__GetLicenseFromDBResponse &r) {
    if (known() && said(q->OwnerName) != "NOBODY")
      r.Response = licence(soap, said(q->OwnerName), "");
    return SOAP_OK;
  }
  int GetLicenseFromLicenseServer(_so__GetLicenseFromLicenseServer *q, _so__GetLicenseFromLicenseServerResponse &r) {
    if (known())
      r.Response = licence(soap, said(q->OwnerName), "nothing new");
    return SOAP_OK;
  }
  int GetLicenseFromFile(_so__GetLicenseFromFile *q, _so__GetLicenseFromFileResponse &r) {
    if (known())
      r.Response = licence(soap, "SUPEROFFICE", said(q->FileContent));
    return SOAP_OK;
  }
  int GetModuleLicenseFromDB(_so__GetModuleLicenseFromDB *q, _so__GetModuleLicenseFromDBResponse &r) {
    if (known())
      r.Response = plan(soap, said(q->OwnerName), said(q->ModuleName));
    return SOAP_OK;
  }
  int GetModuleLicenseHistoryFromLicenseServer(_so__GetModuleLicenseHistoryFromLicenseServer *q, _so__GetModuleLicenseHistoryFromLicenseServerResponse &r) {
    if (known())
      r.Response = text(soap, (q->ModuleLicense && q->ModuleLicense->Current ? said(q->ModuleLicense->Current->ModuleName) : "no module") + " of " + arrived(q->LicenseInfo));
    return SOAP_OK;
  }
  int ValidateLicenseInfo(_so__ValidateLicenseInfo *q, _so__ValidateLicenseInfoResponse &r) {
    if (!known())
      return SOAP_OK;
    r.Response = soap_new_so__LicenseResult(soap);
    r.Response->Succeeded = truth(soap, arrived(q->LicenseInfo) != "incomplete");
    r.Response->Reason = text(soap, arrived(q->LicenseInfo));
    return SOAP_OK;
  }
  int GetShopUrl(_so__GetShopUrl *q, _so__GetShopUrlResponse &r) {
    if (known())
      r.Response = text(soap, "https://shop.example/?owner=" + said(q->OwnerName) + "&more=1");
    return SOAP_OK;
  }
  int GetUserLicenses(_so__GetUserLicenses *q, _so__GetUserLicensesResponse &r) {
    if (known())
      r.Response = owners(soap, "user " + std::to_string(q->AssociateId ? *q->AssociateId : -1));
    return SOAP_OK;
  }
  int GetSatelliteLicenses(_so__GetSatelliteLicenses *q, _so__GetSatelliteLicensesResponse &r) {
    if (known())
      r.Response = owners(soap, "satellite " + std::to_string(q->SatelliteId ? *q->SatelliteId : -1));
    return SOAP_OK;
  }
  int GetUserLicensesMDOList(_so__GetUserLicensesMDOList *, _so__GetUserLicensesMDOListResponse &r) {
    if (!known())
      return SOAP_OK;
    r.Response = soap_new_so__ArrayOfSelectableMDOListItem(soap);
    so__SelectableMDOListItem *i = soap_new_so__SelectableMDOListItem(soap);
    i->Id = number(soap, 12);
    i->Name = text(soap, "Sales Premium");
    i->LastChanged = day(soap, "2026-01-02T00:00:00Z");
    r.Response->SelectableMDOListItem.push_back(i);
    return SOAP_OK;
  }
  int GetThirdPartyLicenseAssignments(_so__GetThirdPartyLicenseAssignments *q, _so__GetThirdPartyLicenseAssignmentsResponse &r) {
    if (!known())
      return SOAP_OK;
    r.Response = soap_new_so__ArrayOfModuleLicenseLink(soap);
    if (said(q->ModuleOwner) == "ACME")
      r.Response->ModuleLicenseLink.push_back(seat(soap));
    return SOAP_OK;
  }
#if SERVICES >= 88
  int GetUserAndInstallationLicenceStatus(_so__GetUserAndInstallationLicenceStatus *, _so__GetUserAndInstallationLicenceStatusResponse &r) {
    if (!known())
      return SOAP_OK;
    r.Response = soap_new_so__UserAndInstallationLicenceStatus(soap);
    r.Response->ExpiryDate = day(soap, "2027-06-30T00:00:00Z");
    r.Response->CompanyName = text(soap, "Fjord AS");
    r.Response->UserLicenses = soap_new_arr__ArrayOfstring(soap);
    r.Response->UserLicenses->string.push_back("ten-sales");
    r.Response->UserLicenses->string.push_back("web");
    return SOAP_OK;
  }
  int GetFencingInfo(_so__GetFencingInfo *, _so__GetFencingInfoResponse &r) {
    if (!known())
      return SOAP_OK;
    r.Response = soap_new_so__FencingInfo(soap);
    r.Response->ActiveCount = number(soap, 86);
    r.Response->Maximum = number(soap, 100);
    r.Response->IsNearingMaximum = truth(soap, true);
    return SOAP_OK;
  }
  int GetCentralLicense(_so__GetCentralLicense *, _so__GetCentralLicenseResponse &) { return SOAP_NO_METHOD; }
  int SaveCentralLicense(_so__SaveCentralLicense *, _so__SaveCentralLicenseResponse &) { return SOAP_NO_METHOD; }
#endif
  // What writes is no part of this server.
  int ActivateLicenseInfo(_so__ActivateLicenseInfo *, _so__ActivateLicenseInfoResponse &) { return SOAP_NO_METHOD; }
  int ChangeSerialNumber(_so__ChangeSerialNumber *, _so__ChangeSerialNumberResponse &) { return SOAP_NO_METHOD; }
  int RemoveLicenseFromDB(_so__RemoveLicenseFromDB *, _so__RemoveLicenseFromDBResponse &) { return SOAP_NO_METHOD; }
  int AddLicenseFromFile(_so__AddLicenseFromFile *, _so__AddLicenseFromFileResponse &) { return SOAP_NO_METHOD; }
  int AssignThirdPartyLicenses(_so__AssignThirdPartyLicenses *, _so__AssignThirdPartyLicensesResponse &) { return SOAP_NO_METHOD; }
  int UnassignThirdPartyLicenses(_so__UnassignThirdPartyLicenses *, _so__UnassignThirdPartyLicensesResponse &) { return SOAP_NO_METHOD; }
};

int main() {
  NetServer s;
  if (!soap_valid_socket(s.bind("127.0.0.1", 0, 100))) {
    s.soap_stream_fault(std::cerr);
    return 1;
  }
  struct sockaddr_in at;
  socklen_t size = sizeof at;
  getsockname(s.soap->master, (struct sockaddr *)&at, &size);
  printf("%d\n", ntohs(at.sin_port));
  fflush(stdout);
  while (soap_valid_socket(s.accept())) {
    s.serve(); // one request, one connection
    s.destroy();
  }
  return 1;
}
