package online

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"licensewatch/internal/secret"
	"licensewatch/soapclient"
)

// xmlOf writes a key as .NET's RSA.ToXmlString(true) does.
func xmlOf(key *rsa.PrivateKey) string {
	b64 := func(n *big.Int) string { return base64.StdEncoding.EncodeToString(n.Bytes()) }
	return fmt.Sprintf("<RSAKeyValue><Modulus>%s</Modulus><Exponent>%s</Exponent><P>%s</P><Q>%s</Q><DP>%s</DP><DQ>%s</DQ><InverseQ>%s</InverseQ><D>%s</D></RSAKeyValue>",
		b64(key.N), b64(big.NewInt(int64(key.E))), b64(key.Primes[0]), b64(key.Primes[1]), b64(key.Precomputed.Dp), b64(key.Precomputed.Dq), b64(key.Precomputed.Qinv), b64(key.D))
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

func TestKeysAreReadInEachForm(t *testing.T) {
	key := keys().application
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := pemText("RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(key))
	for name, text := range map[string]string{
		"PKCS#1":                         pkcs1,
		"PKCS#8":                         pemText("PRIVATE KEY", pkcs8),
		"with line ends lost":            strings.ReplaceAll(pkcs1, "\n", ""),
		"with spaces as line ends":       strings.ReplaceAll(pkcs1, "\n", " "),
		"with Windows' line ends":        strings.ReplaceAll(pkcs1, "\n", "\r\n"),
		"RSA-XML":                        xmlOf(key),
		"RSA-XML, with a mark and lines": "\ufeff" + strings.ReplaceAll(xmlOf(key), "><", ">\n  <") + "\n",
		"RSA-XML, with a declaration":    `<?xml version="1.0" encoding="utf-8"?>` + xmlOf(key),
	} {
		got, err := ParseKey(secret.Text(text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !got.Equal(key) {
			t.Errorf("%s: another key came", name)
		} else if _, err := (&SystemUser{Token: "x"}).sign(got); err != nil {
			t.Errorf("%s: it cannot sign: %v", name, err)
		}
	}
}

func TestWhatIsNoKeyIsRefused(t *testing.T) {
	key := keys().application
	full := xmlOf(key)
	elliptical, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	ec, err := x509.MarshalPKCS8PrivateKey(elliptical)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&key.PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	der := x509.MarshalPKCS1PrivateKey(key)
	for name, c := range map[string]struct{ text, words string }{
		"nothing":          {" \n", "no private key"},
		"words":            {"hello", "can be read"},
		"too much":         {strings.Repeat("x", maxKey+1), "longer"},
		"half of it":       {pemText("RSA PRIVATE KEY", der[:len(der)/2]), "not whole"},
		"a public key":     {pemText("PUBLIC KEY", public), "public half"},
		"a public RSA-XML": {full[:strings.Index(full, "<P>")] + "</RSAKeyValue>", "public half"}, "RSA-XML without primes": {strings.Replace(full, "<P>", "<X>", 1), "can be read"},
		"a locked key":      {pemText("ENCRYPTED PRIVATE KEY", der), "passphrase"},
		"an old locked key": {"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n", "passphrase"},
		"another kind":      {pemText("PRIVATE KEY", ec), "not one of RSA"},
		"a short key":       {xmlOf(knownKey(127, 521)), "shorter than 1024 bits"},
		"other XML":         {"<Key/>", "can be read"},
		"damaged RSA-XML":   {strings.Replace(full, "<D>", "<D>AQAA", 1), "damaged"},
		"another's modulus": {full[:len("<RSAKeyValue><Modulus>")] + base64.StdEncoding.EncodeToString(keys().stranger.N.Bytes()) + full[strings.Index(full, "</Modulus>"):], "damaged"},
		"RSA-XML of zeros":  {"<RSAKeyValue><Modulus>AA==</Modulus><Exponent>AQAB</Exponent><P>AA==</P><Q>AA==</Q><D>AA==</D></RSAKeyValue>", ""},
		"a huge exponent":   {strings.Replace(full, "<Exponent>AQAB", "<Exponent>/////////////w==", 1), "damaged"},
		"RSA-XML cut short": {full[:len(full)-30], "can be read"},
	} {
		got, err := ParseKey(secret.Text(c.text))
		if got != nil {
			t.Errorf("%s: a key came", name)
		}
		want(t, err, soapclient.KindSignIn, soapclient.ReasonApplication, c.words)
		want(t, err, soapclient.KindSignIn, soapclient.ReasonApplication, keyForms, secret.Text(full[30:50]))
	}
}

// knownKey returns a key that needs neither luck nor secrecy: its primes are Mersenne's, such as 2^521-1 and 2^607-1.
func knownKey(m, n uint) *rsa.PrivateKey {
	one := big.NewInt(1)
	less := func(exponent uint) *big.Int { p := new(big.Int).Lsh(one, exponent); return p.Sub(p, one) }
	p, q := less(m), less(n)
	phi := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: 65537},
		D:         new(big.Int).ModInverse(big.NewInt(65537), phi), Primes: []*big.Int{p, q},
	}
	key.Precompute()
	return key
}

// FuzzKey holds that whatever is read as a key is whole, and that an error tells the accepted forms and nothing of the text.
// It does not sign, for the library's blinding is random, and the fuzzer would search for what makes the difference.
func FuzzKey(f *testing.F) {
	key := knownKey(521, 607)
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(xmlOf(key))
	f.Add(string(pemOf(key)))
	f.Add(pemText("PRIVATE KEY", pkcs8))
	f.Add(strings.ReplaceAll(string(pemOf(key)), "\n", " "))
	f.Add("<RSAKeyValue><Modulus>AA==</Modulus><Exponent>AQAB</Exponent><P>AQ==</P><Q>AQ==</Q><D>AA==</D></RSAKeyValue>")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := ParseKey(secret.Text(text))
		if err == nil {
			if n := new(big.Int).Mul(got.Primes[0], got.Primes[1]); len(got.Primes) == 2 && n.Cmp(got.N) != 0 || got.N.BitLen() < leastBits {
				t.Errorf("the key is not whole: %v bits", got.N.BitLen())
			}
			return
		}
		e, ok := errors.AsType[*soapclient.Error](err)
		if !ok || !strings.Contains(e.Text, keyForms) || got != nil {
			t.Fatalf("key %v, error %v", got != nil, err)
		}
		if len(text) > 40 && bytes.Contains([]byte(e.Error()), []byte(text[8:32])) {
			t.Errorf("the error repeats the text: %v", e)
		}
	})
}
