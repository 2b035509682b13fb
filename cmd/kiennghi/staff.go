package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"

	"kiennghi/models"
)

type addStaffCommand struct {
	Username     string   `required:"" help:"Name to sign in with: small letters, digits, dot, dash, underscore."`
	Name         string   `required:"" help:"Name as colleagues know it."`
	Agency       string   `required:"" help:"Code of the agency, for example bxd, so-xd-79, xa-26740."`
	Role         []string `required:"" help:"intake, coordinator, handler, approver, supervisor, admin; several with commas."`
	PasswordFile string   `required:"" placeholder:"FILE" help:"File whose first line is the password, at least 12 characters; - reads standard input."`
}

var usernames = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,63}$`)

// Run adds the member.
func (a *addStaffCommand) Run(ctx context.Context, con *console) error {
	var p problems
	username, name := strings.ToLower(strings.TrimSpace(a.Username)), models.CleanLine(a.Name)
	if !usernames.MatchString(username) {
		p.add("--username %q: 2 to 64 small letters, digits, dots, dashes, underscores", a.Username)
	}
	if name == "" || models.Length(name) > 200 {
		p.add("--name: 1 to 200 characters")
	}
	roles := parseRoles(a.Role, &p)
	password, err := readPassword(a.PasswordFile, con.in)
	if err != nil {
		p.add("%v", err)
	}
	if len(p) > 0 {
		return errors.New(strings.Join(p, "\n"))
	}
	return withRecords(ctx, con, func(r *records) error {
		ref, err := r.reference(ctx)
		if err != nil {
			return err
		}
		if agency, ok := ref.Tree.Get(a.Agency); !ok || !agency.Assignable() {
			return fmt.Errorf("--agency: there is no agency %q (GET /v1/agencies lists them)", a.Agency)
		}
		s := newStaff(models.NewID(), username, name, a.Agency, roles, models.HashPassword(password))
		if err := r.store.CreateStaff(ctx, s); errors.Is(err, models.ErrExists) {
			return fmt.Errorf("--username: %q is taken", username)
		} else if err != nil {
			return err
		}
		con.printf("added %s (%s) at %s: %s\n", username, s.ID, a.Agency, strings.Join(a.Role, ","))
		return r.audit(ctx, models.ActAddStaff, s.ID, a.Agency, username+": "+strings.Join(a.Role, ","))
	})
}

func newStaff(id, username, name, agency string, roles []models.Role, hash string) *models.Staff {
	now := models.Now()
	return &models.Staff{
		ID: id, Username: username, Name: name, Agency: agency, Roles: roles, PasswordHash: hash, Language: "vi", CreatedAt: now, UpdatedAt: now,
	}
}

func parseRoles(names []string, p *problems) []models.Role {
	var out []models.Role
	for _, n := range names {
		role := models.Role(strings.TrimSpace(n))
		if !slices.Contains(models.Roles, role) {
			p.add("--role: there is no role %q; there are %v", n, models.Roles)
		}
		if !slices.Contains(out, role) {
			out = append(out, role)
		}
	}
	return out
}

// readPassword takes the first line of a file, or of standard input for "-".
func readPassword(path string, in io.Reader) (string, error) {
	b, err := []byte(nil), error(nil)
	if path == "-" {
		b, err = io.ReadAll(io.LimitReader(in, 4096))
	} else {
		b, err = os.ReadFile(path)
	}
	if err != nil {
		return "", err
	}
	line, _, _ := strings.Cut(string(b), "\n")
	line = strings.TrimSuffix(line, "\r")
	if n := models.Length(line); n < models.MinPassword || n > 200 {
		return "", fmt.Errorf("the password has %d characters: it takes %d to 200", n, models.MinPassword)
	}
	return line, nil
}

type resetPasswordCommand struct {
	Username     string `required:"" help:"Name that the member signs in with."`
	PasswordFile string `required:"" placeholder:"FILE" help:"File whose first line is the new password, at least 12 characters; - reads standard input."`
	KeepTOTP     bool   `name:"keep-totp" help:"Keep the second factor; without this the member sets it up anew."`
}

// Run sets the password and ends the member's sessions.
func (a *resetPasswordCommand) Run(ctx context.Context, con *console) error {
	password, err := readPassword(a.PasswordFile, con.in)
	if err != nil {
		return err
	}
	hash := models.HashPassword(password)
	return withRecords(ctx, con, func(r *records) error {
		s, err := r.store.StaffByUsername(ctx, strings.ToLower(strings.TrimSpace(a.Username)))
		if errors.Is(err, models.ErrNotFound) {
			return fmt.Errorf("--username: there is no %q", a.Username)
		}
		if err != nil {
			return err
		}
		s, err = r.store.UpdateStaff(ctx, s.ID, func(s *models.Staff) error {
			s.PasswordHash, s.UpdatedAt = hash, models.Now()
			if !a.KeepTOTP {
				s.TOTP, s.TOTPPending, s.TOTPUsed = nil, nil, 0
			}
			return nil
		})
		if err != nil {
			return err
		}
		if err := r.store.DeleteSessions(ctx, s.ID); err != nil {
			return err
		}
		con.printf("%s has a new password; sessions ended\n", s.Username)
		return r.audit(ctx, models.ActPassword, s.ID, s.Agency, s.Username)
	})
}
