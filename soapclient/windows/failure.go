package windows

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jcmturner/gokrb5/v8/config"
	"github.com/jcmturner/gokrb5/v8/iana/errorcode"
	"github.com/jcmturner/gokrb5/v8/krberror"
	"github.com/jcmturner/gokrb5/v8/messages"

	"licensewatch/soapclient"
)

// What a domain controller answers (RFC 4120, §7.5.9), and what we make of its silence.
const (
	noAnswer       int32 = -1
	unknownUser          = errorcode.KDC_ERR_C_PRINCIPAL_UNKNOWN
	unknownService       = errorcode.KDC_ERR_S_PRINCIPAL_UNKNOWN
	notAllowed           = errorcode.KDC_ERR_POLICY
	revoked              = errorcode.KDC_ERR_CLIENT_REVOKED
	expired              = errorcode.KDC_ERR_KEY_EXPIRED
	wrongPassword        = errorcode.KDC_ERR_PREAUTH_FAILED
	wrongClock           = errorcode.KRB_AP_ERR_SKEW
)

var codePattern = regexp.MustCompile(`KRB Error: \((\d+)\)`)

// kerberosCode returns the domain controller's code. The library keeps it in the text of its errors alone.
func kerberosCode(err error) int32 {
	k, ok := errors.AsType[krberror.Krberror](err)
	if !ok {
		return 0
	}
	text := k.Error()
	if m := codePattern.FindStringSubmatch(text); m != nil {
		code, _ := strconv.ParseInt(m[1], 10, 32)
		return int32(code)
	}
	switch {
	case k.RootCause == krberror.NetworkingError:
		return noAnswer
	case k.RootCause == krberror.DecryptingError && strings.Contains(text, "AS_REP"):
		return wrongPassword // where the domain gives a ticket without asking for the password
	case strings.Contains(text, "clock skew"):
		return wrongClock
	}
	return 0
}

// judge says what an error of Kerberos means. difference, if not nil, tells how far the domain's clock is ahead of ours.
func (d *kerberosDialog) judge(err error, difference func() (time.Duration, bool)) error {
	if err == nil {
		return nil
	}
	credentials := func(format string) error { return refusal(soapclient.ReasonCredentials, err, format, d.id) }
	switch code := kerberosCode(err); code {
	case wrongPassword:
		return credentials("the domain controller refuses the password of %s")
	case unknownUser: // the realm may be another than the user's domain, whose short name it is; no password was sent
		return unfit{refusal(soapclient.ReasonCredentials, err, "the domain does not know the user %s", d.id)}
	case revoked:
		return credentials("the account %s is locked or switched off")
	case expired:
		return credentials("the password of %s has expired")
	case notAllowed:
		return credentials("the domain does not let %s sign in from here or at this time")
	case wrongClock:
		return d.clock(err, difference)
	case unknownService:
		return unfit{refusal(soapclient.ReasonDomain, err, "the domain %q of the user %q knows no service %s", d.id.domain, d.id.user, d.service)}
	case noAnswer:
		return unfit{refusal(soapclient.ReasonDomain, err, "no domain controller of %q answers, to sign in %q", d.id.domain, d.id.user)}
	}
	e := refusal(soapclient.ReasonDomain, err, "Kerberos does not work for %s", d.id)
	e.Server = err.Error()
	return unfit{e}
}

func (d *kerberosDialog) clock(err error, difference func() (time.Duration, bool)) error {
	if difference != nil {
		if ahead, ok := difference(); ok && ahead.Abs() >= time.Minute {
			side := "behind"
			if ahead < 0 {
				side = "ahead of"
			}
			return refusal(soapclient.ReasonClock, err, "this computer's clock is %v %s that of the domain %q, so %q cannot sign in",
				ahead.Abs().Round(time.Second), side, d.id.domain, d.id.user)
		}
	}
	return refusal(soapclient.ReasonClock, err, "this computer's clock differs too much from that of the domain %q, so %q cannot sign in", d.id.domain, d.id.user)
}

// clockDifference asks a domain controller for its time, which comes with any refusal: here, to a request
// without a password. It returns how far that clock is ahead of ours.
func clockDifference(conf *config.Config, realm string, req messages.ASReq) (time.Duration, bool) {
	req.PAData = nil
	message, err := req.Marshal()
	if err != nil {
		return 0, false
	}
	_, controllers, err := conf.GetKDCs(realm, true)
	if err != nil {
		return 0, false
	}
	for _, address := range controllers {
		reply, err := exchange(address, message)
		var refused messages.KRBError
		if err == nil && refused.Unmarshal(reply) == nil && !refused.STime.IsZero() {
			return time.Until(refused.STime.Add(time.Duration(refused.Susec) * time.Microsecond)), true
		}
	}
	return 0, false
}

// exchange sends a message to a domain controller over TCP and returns the answer (RFC 4120, §7.2.2).
func exchange(address string, message []byte) ([]byte, error) {
	conn, err := net.DialTimeout("tcp", address, 5*time.Second)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(5 * time.Second))
	if _, err := conn.Write(append(binary.BigEndian.AppendUint32(nil, uint32(len(message))), message...)); err != nil {
		return nil, err
	}
	var size uint32
	if err := binary.Read(conn, binary.BigEndian, &size); err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(conn, int64(min(size, 64<<10))))
}
