package httpsig

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/dunglas/httpsfv"
)

// ErrComponent tells that a component cannot be derived from a message.
var ErrComponent = errors.New("the component cannot be derived")

// component is what a signature covers, or one thing of it.
type component struct {
	item httpsfv.Item
	name string
	text string // as in the signature base
	key  string // the same for the same parameters in any order (RFC 9421 §2)
}

func parseComponent(text string) (component, error) {
	if !strings.HasPrefix(text, `"`) {
		text = `"` + text + `"`
	}
	item, err := httpsfv.UnmarshalItem([]string{text})
	if err != nil {
		return component{}, fmt.Errorf("%s: %w: %w", text, ErrComponent, err)
	}
	return newComponent(item)
}

func newComponent(item httpsfv.Item) (component, error) {
	name, ok := item.Value.(string)
	if !ok || name == "" || name != strings.ToLower(name) {
		return component{}, fmt.Errorf("%v is no name of a component: %w", item.Value, ErrComponent)
	}
	text, err := httpsfv.Marshal(item)
	if err != nil {
		return component{}, fmt.Errorf("%s: %w: %w", name, ErrComponent, err)
	}
	c := component{item: item, name: name, text: text}
	sorted := httpsfv.NewItem(name)
	names := slices.Sorted(slices.Values(item.Params.Names()))
	for _, n := range names {
		v, _ := item.Params.Get(n)
		sorted.Params.Add(n, v)
	}
	c.key, err = httpsfv.Marshal(sorted)
	return c, err
}

// flag tells whether a boolean parameter is there.
func (c component) flag(name string) bool {
	v, _ := c.item.Params.Get(name)
	return v == true
}

// value derives a component's value (RFC 9421 §2.1-2.4).
func (c component) value(m *Message) (string, error) {
	if err := c.permitted(); err != nil {
		return "", err
	}
	if c.flag("req") {
		if m.Status == 0 || m.Request == nil {
			return "", fmt.Errorf("%s: there is no request that was answered: %w", c.text, ErrComponent)
		}
		m = m.Request
	}
	v, err := c.of(m)
	if err != nil {
		return "", fmt.Errorf("%s: %w", c.text, err)
	}
	for i := range len(v) {
		if v[i] < ' ' && v[i] != '\t' || v[i] > '~' {
			return "", fmt.Errorf("%s: a character that cannot be signed: %w", c.text, ErrComponent)
		}
	}
	return v, nil
}

// permitted refuses parameters that a component cannot have, or not together.
func (c component) permitted() error {
	for _, n := range c.item.Params.Names() {
		v, _ := c.item.Params.Get(n)
		_, text := v.(string)
		ok := false
		switch {
		case n == "req":
			ok = v == true
		case n == "name":
			ok = c.name == "@query-param" && text
		case n == "key":
			ok = c.name[0] != '@' && text && !c.flag("bs")
		case n == "sf", n == "tr":
			ok = c.name[0] != '@' && v == true && !(n == "sf" && c.flag("bs"))
		case n == "bs":
			ok = c.name[0] != '@' && v == true
		}
		if !ok {
			return fmt.Errorf("%s: parameter %s does not fit: %w", c.text, n, ErrComponent)
		}
	}
	return nil
}

func (c component) of(m *Message) (string, error) {
	if c.name[0] != '@' {
		return c.field(m)
	}
	if c.name == "@status" {
		if m.Status < 100 || m.Status > 999 {
			return "", fmt.Errorf("not a response: %w", ErrComponent)
		}
		return strconv.Itoa(m.Status), nil
	}
	if m.Status != 0 || m.Method == "" {
		return "", fmt.Errorf("not a request: %w", ErrComponent)
	}
	switch c.name {
	case "@method":
		return m.Method, nil
	case "@request-target":
		return m.Target, nil
	}
	a, ok := m.address()
	if !ok {
		return "", fmt.Errorf("target %q of %s: %w", m.Target, m.Authority, ErrComponent)
	}
	switch c.name {
	case "@target-uri":
		if a.scheme == "" {
			return "", fmt.Errorf("no scheme: %w", ErrComponent)
		}
		return a.scheme + "://" + a.authority + a.path + a.query, nil
	case "@authority":
		return a.authority, nil
	case "@scheme":
		if a.scheme == "" {
			return "", fmt.Errorf("no scheme: %w", ErrComponent)
		}
		return a.scheme, nil
	case "@path":
		if a.path == "" {
			return "/", nil
		}
		return a.path, nil
	case "@query":
		if a.query == "" {
			return "?", nil
		}
		return a.query, nil
	case "@query-param":
		return c.queryParam(strings.TrimPrefix(a.query, "?"))
	}
	return "", fmt.Errorf("not a component: %w", ErrComponent)
}

// queryParam is a parameter that stands once (RFC 9421 §2.2.8), read as a form is
// (WHATWG URL §5.1) and encoded anew.
func (c component) queryParam(query string) (string, error) {
	v, _ := c.item.Params.Get("name")
	name, ok := v.(string)
	if !ok {
		return "", fmt.Errorf("no name: %w", ErrComponent)
	}
	found, value := 0, ""
	for part := range strings.SplitSeq(query, "&") {
		if part == "" {
			continue
		}
		k, v, _ := strings.Cut(part, "=")
		k, v = formDecode(k), formDecode(v)
		if !utf8.ValidString(k) || !utf8.ValidString(v) {
			return "", fmt.Errorf("a query that is not UTF-8: %w", ErrComponent)
		}
		if formEncode(k) == name {
			found, value = found+1, formEncode(v)
		}
	}
	if found != 1 {
		return "", fmt.Errorf("the parameter is there %d times: %w", found, ErrComponent)
	}
	return value, nil
}

func formDecode(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '+':
			b.WriteByte(' ')
		case s[i] == '%' && i+2 < len(s):
			if n, err := strconv.ParseUint(s[i+1:i+3], 16, 8); err == nil {
				b.WriteByte(byte(n))
				i += 2
				continue
			}
			b.WriteByte('%')
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String()
}

func formEncode(s string) string {
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("*-._", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}

// field is the value of a field (RFC 9421 §2.1).
func (c component) field(m *Message) (string, error) {
	from := m.Fields
	if c.flag("tr") {
		from = m.Trailers
	}
	lines := values(from, c.name)
	if len(lines) == 0 {
		return "", fmt.Errorf("the field is absent: %w", ErrComponent)
	}
	key, one := c.item.Params.Get("key")
	switch {
	case c.flag("bs"):
		list := httpsfv.List{}
		for _, l := range lines {
			list = append(list, httpsfv.NewItem([]byte(l)))
		}
		return httpsfv.Marshal(list)
	case one:
		if m.structure(c.name) != Dictionary {
			return "", fmt.Errorf("not known as a dictionary: %w", ErrComponent)
		}
		d, err := dictionary(lines)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrComponent, err)
		}
		member, ok := d.Get(key.(string))
		if !ok {
			return "", fmt.Errorf("no such member: %w", ErrComponent)
		}
		switch member := member.(type) {
		case httpsfv.Item:
			return httpsfv.Marshal(member)
		case httpsfv.InnerList:
			return httpsfv.Marshal(httpsfv.List{member})
		}
		return "", ErrComponent
	case c.flag("sf"):
		v, err := strict(m.structure(c.name), lines)
		if err != nil {
			return "", fmt.Errorf("%w: %w", ErrComponent, err)
		}
		return httpsfv.Marshal(v)
	}
	return strings.Join(lines, ", "), nil
}

func strict(s Structure, lines []string) (httpsfv.StructuredFieldValue, error) {
	switch s {
	case Dictionary:
		return dictionary(lines)
	case List:
		return httpsfv.UnmarshalList(lines)
	case Item:
		return httpsfv.UnmarshalItem(lines)
	}
	return nil, errors.New("the type of the field is not known")
}

// errTwice tells that a member of a dictionary stands twice: a reader of RFC 9651 would
// take the last of them, and another the first.
var errTwice = errors.New("a member of the dictionary stands twice")

func dictionary(lines []string) (*httpsfv.Dictionary, error) {
	d, err := httpsfv.UnmarshalDictionary(lines)
	if err != nil {
		return nil, err
	}
	members, inText, display, depth := 0, false, false, 0
	text := strings.Join(lines, ", ")
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case inText && !display && c == '\\':
			i++
		case c == '"':
			inText, display = !inText, !inText && i > 0 && text[i-1] == '%'
		case inText:
		case c == '(':
			depth++
		case c == ')':
			depth--
		case c == ',' && depth == 0:
			members++
		}
	}
	if strings.TrimSpace(text) != "" {
		members++
	}
	if members != len(d.Names()) {
		return nil, errTwice
	}
	return d, nil
}
