package online

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"encoding/base64"
	"encoding/pem"
	"encoding/xml"
	"errors"
	"math/big"
	"regexp"
	"strings"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

const (
	keyForms  = "paste it as SuperOffice issued it, as <RSAKeyValue>…</RSAKeyValue>, or as PEM (PKCS#1 or PKCS#8, without a passphrase)"
	maxKey    = 16 << 10 // bytes of text
	leastBits = 1024     // what the standard library still signs with
	mostBits  = 16 << 10
)

// ParseKey reads the private key of an application: .NET's RSA-XML, in which SuperOffice issues it, or PEM with PKCS#1 or PKCS#8, whose
// lines may have been lost in pasting. Its error is a *soapclient.Error of ReasonApplication that says which forms there are, and
// holds nothing of the key.
func ParseKey(text secret.Text) (*rsa.PrivateKey, error) {
	s := strings.TrimSpace(strings.TrimPrefix(string(text), "\ufeff"))
	var key *rsa.PrivateKey
	var err error
	switch {
	case s == "":
		err = errors.New("there is no private key")
	case len(s) > maxKey:
		err = errors.New("the private key is longer than any key is")
	case strings.HasPrefix(s, "<"):
		key, err = xmlKey([]byte(s))
	default:
		key, err = pemKey(s)
	}
	if err == nil {
		err = usable(key)
	}
	if err != nil {
		return nil, &soapclient.Error{Kind: soapclient.KindSignIn, Reason: soapclient.ReasonApplication, Text: err.Error() + ": " + keyForms}
	}
	return key, nil
}

var errNoKey = errors.New("the text is no private key that can be read")

// usable checks what the library leaves open.
func usable(key *rsa.PrivateKey) error {
	switch bits := key.N.BitLen(); {
	case bits < leastBits:
		return errors.New("the private key is shorter than 1024 bits")
	case bits > mostBits:
		return errors.New("the private key is longer than any key is")
	}
	return nil
}

// armour is PEM, with or without its line ends.
var armour = regexp.MustCompile(`-----BEGIN ([A-Z ]+)-----([A-Za-z0-9+/=\s]+)-----END [A-Z ]+-----`)

func pemKey(s string) (*rsa.PrivateKey, error) {
	kind, der := "", []byte(nil)
	if block, _ := pem.Decode([]byte(s)); block != nil {
		kind, der = block.Type, block.Bytes
		if block.Headers["DEK-Info"] != "" {
			kind = "ENCRYPTED PRIVATE KEY"
		}
	} else if m := armour.FindStringSubmatch(s); m != nil {
		kind = m[1]
		der, _ = base64.StdEncoding.DecodeString(strings.Join(strings.Fields(m[2]), "")) // what is left cannot be read below
	}
	switch {
	case strings.Contains(kind, "ENCRYPTED"):
		return nil, errors.New("the private key is locked with a passphrase")
	case strings.Contains(kind, "PUBLIC") || kind == "CERTIFICATE":
		return nil, errors.New("this is the public half of a key, not the private one")
	case kind == "RSA PRIVATE KEY":
		return pkcs1(der)
	case kind == "PRIVATE KEY":
		key, err := x509.ParsePKCS8PrivateKey(der)
		if rsaKey, ok := key.(*rsa.PrivateKey); ok {
			return rsaKey, nil
		} else if err == nil {
			return nil, errors.New("the private key is not one of RSA")
		}
	}
	return nil, errNoKey
}

// xmlKey reads the form of .NET's RSA.ToXmlString. Its numbers are those of PKCS#1 in another dress, so the library reads them.
func xmlKey(text []byte) (*rsa.PrivateKey, error) {
	var parts struct {
		XMLName                xml.Name `xml:"RSAKeyValue"`
		Modulus, Exponent, D   string
		P, Q, DP, DQ, InverseQ string
	}
	if err := xml.Unmarshal(text, &parts); err != nil {
		return nil, errNoKey
	}
	if parts.D == "" {
		return nil, errors.New("this is the public half of a key, not the private one")
	}
	numbers := []*big.Int{new(big.Int)} // the version, 0
	for _, part := range []string{parts.Modulus, parts.Exponent, parts.D, parts.P, parts.Q, parts.DP, parts.DQ, parts.InverseQ} {
		bytes, err := base64.StdEncoding.DecodeString(strings.Join(strings.Fields(part), ""))
		if err != nil || len(bytes) == 0 {
			return nil, errNoKey
		}
		numbers = append(numbers, new(big.Int).SetBytes(bytes))
	}
	der, err := asn1.Marshal(numbers)
	if err != nil {
		return nil, errNoKey
	}
	return pkcs1(der)
}

// pkcs1 lets the library read a key and check that its numbers belong together.
func pkcs1(der []byte) (*rsa.PrivateKey, error) {
	key, err := x509.ParsePKCS1PrivateKey(der)
	if err != nil {
		return nil, errors.New("the private key is damaged or not whole")
	}
	return key, nil
}
