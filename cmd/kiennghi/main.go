// Command kiennghi receives feedback and petitions for the agencies of Viet Nam's
// state, carries each to an approved answer, tells the sender, and publishes what may
// be public. `kiennghi --help` lists what else it can do.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"
)

// commands is what the program can be asked to do.
type commands struct {
	Serve     serveCommand     `cmd:"" help:"Run the program: API, pages and workers."`
	Migrate   migrateCommand   `cmd:"" help:"Bring the database to this version's schema."`
	Seed      seedCommand      `cmd:"" help:"Load agencies; again to refresh them."`
	Reindex   reindexCommand   `cmd:"" help:"Rebuild the search index from the records, while serving goes on."`
	Redact    redactCommand    `cmd:"" help:"Hide personal data in JSON lines {id, text, sender} from standard input, the id a text or a number, as the public view does."`
	Proof     proofCommand     `cmd:"" help:"Check an agency's seal under a published answer, without a network; exit code 1 when it is not good."`
	Deadline  deadlineCommand  `cmd:"" help:"Count when something is due, step by step, by what administrators added too; exit code 2 for a wrong argument, 1 for a year without calendar or a store that cannot be read."`
	Calendar  calendarCommand  `cmd:"" help:"Print the days off and the swapped days of a year, with their sources and what administrators added."`
	Routing   routingCommands  `cmd:"" help:"Whose business a text is: decide, explain, train, measure."`
	Figures   figuresCommand   `cmd:"" help:"Count the public figures from the records now; the program does it by itself every ten minutes or so."`
	Retention retentionCommand `cmd:"" help:"Sever the identities of senders that are past their term; --dry-run only tells what is past which."`
	Backup    backupCommand    `cmd:"" help:"Write records, uploads and KEYS to one file, while serving goes on."`
	Restore   restoreCommand   `cmd:"" help:"Bring a backup back into the data folder."`
	Staff     struct {
		Add           addStaffCommand      `cmd:"" help:"Add a member of an agency's staff."`
		ResetPassword resetPasswordCommand `cmd:"" help:"Set a member's password anew and end their sessions."`
	} `cmd:"" help:"Members of staff."`
	Keys struct {
		Rotate rotateCommand     `cmd:"" help:"Make new signing and data keys; the running program seals everything anew with them."`
		Status keysStatusCommand `cmd:"" help:"Say which keys there are, and how far a rotation is."`
	} `cmd:"" help:"Keys."`
	Audit struct {
		Verify verifyCommand `cmd:"" help:"Check the audit log; exit code 1 when an entry was changed, removed or moved."`
	} `cmd:"" help:"Audit log."`
	Config      configCommand      `cmd:"" help:"Print the settings in force, secrets masked."`
	Healthcheck healthcheckCommand `cmd:"" help:"Ask the running program whether it is alive."`
	Version     versionCommand     `cmd:"" help:"Print the version."`
}

// console is what a command talks through.
type console struct {
	environ []string
	in      io.Reader
	out     io.Writer // results
	err     io.Writer // log and warnings
}

func (c *console) printf(format string, args ...any) { fmt.Fprintf(c.out, format, args...) }

// json prints a value as people read it.
func (c *console) json(v any) error {
	e := json.NewEncoder(c.out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}

// config reads the settings. Problems are the command's error.
func (c *console) config() (*Config, error) { return loadConfig(c.environ) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	if err := execute(ctx, os.Args[1:], os.Environ(), os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "kiennghi:", err)
		if wrong := (wrongInput{}); errors.As(err, &wrong) {
			os.Exit(2)
		}
		os.Exit(1)
	}
}

// execute does what the arguments ask for, with the settings in environ (NAME=value).
func execute(ctx context.Context, args, environ []string, out, log io.Writer) error {
	var cli commands
	parser, err := kong.New(&cli,
		kong.Name("kiennghi"),
		kong.Description("Feedback and petitions (phản ánh, kiến nghị) from submission to published answer.\n\nSettings come from the environment; `kiennghi config` lists them."),
		kong.Writers(out, log),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(&console{environ: environ, in: os.Stdin, out: out, err: log}),
	)
	if err != nil {
		return err
	}
	k, err := parser.Parse(args)
	if err != nil {
		return fmt.Errorf("%w; kiennghi --help says more", err)
	}
	return k.Run()
}
