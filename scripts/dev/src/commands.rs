// SPDX-License-Identifier: GPL-2.0

//! The commands of the tool, which the Makefile's targets are named after, and their options.

use crate::{bench, survival, vm};
use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "dev", about, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Install packages, get the toolchain and build the kernel
    Setup,
    /// Build the modules
    Module,
    /// Install proc2.ko below INSTALL_MOD_PATH
    Install,
    /// Remove what was built of this checkout's modules
    Clean,
    /// Write rust-project.json for an editor
    RustAnalyzer,
    /// Boot a virtual machine and show proc2 in it
    Run,
    /// A shell in a virtual machine with proc2 loaded
    Shell {
        #[command(flatten)]
        options: vm::Options,
        /// Boot Debian's own kernel, with the package proc2-dkms
        #[arg(long, conflicts_with = "over")]
        stock: bool,
    },
    /// Run a command in a virtual machine with proc2 loaded
    Vm {
        #[command(flatten)]
        options: vm::Options,
        /// Boot Debian's own kernel, with the package proc2-dkms; `mount -t proc2` loads the module
        #[arg(long, conflicts_with = "over")]
        stock: bool,
        /// The command and its arguments
        #[arg(required = true, last = true, value_name = "COMMAND")]
        command: Vec<String>,
    },
    /// Write the README's table of entries
    Docs,
    /// Form, lints, exports
    Check,
    /// Tests on the host
    Host,
    /// KUnit suites in a virtual machine
    Kunit,
    /// Tests through system calls in a virtual machine
    E2e {
        /// For the test program, for example a part of a test's name
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ARGUMENT"
        )]
        arguments: Vec<String>,
    },
    /// Leave out one check after the other: a test must notice each
    Mutate {
        /// Only mutants whose description has this in it; no page is written
        #[arg(value_name = "PART")]
        part: Option<String>,
        /// Say what there is to mutate, and do nothing
        #[arg(long)]
        list: bool,
    },
    /// Storms, long runs and hostile calls in a virtual machine, at any size
    Survival(survival::Storms),
    /// Fuzz the pure core on the host
    Fuzz {
        /// Seconds for each target
        #[arg(long, default_value_t = 60)]
        seconds: u64,
        /// Targets; all if there are none
        targets: Vec<String>,
    },
    /// What reading costs, counted in a virtual machine; kept in bench/result.json and docs/
    Bench {
        #[command(subcommand)]
        what: Option<bench::What>,
    },
    /// Fail where reading costs more than 3 % more than in bench/result.json
    BenchCheck,
    /// Tests in front of container runtimes, unpacked from Debian's packages, in a virtual machine
    TestRuntimes {
        /// Only the runtimes that `test` has
        #[arg(long)]
        short: bool,
        /// For the test program, for example a part of a test's name
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ARGUMENT"
        )]
        arguments: Vec<String>,
    },
    /// Install proc2-runtime and the names that it is called by (PREFIX=, DESTDIR=)
    InstallRuntime,
    /// Unpack the packages of container runtimes, and say where
    UnpackRuntimes,
    /// Make the package proc2-dkms
    Deb,
    /// What changed in procfs from one series of Linux to another, entry by entry
    SeriesDiff {
        /// The series that is known, such as 7.2
        from: String,
        /// The one that is new
        to: String,
    },
    /// Write the patches that put proc2 into a kernel tree, for git am
    Patch,
    /// Build kernels with these patches, proc2 as a module and built in, and boot them
    TestPatch,
    /// Install the package proc2-dkms in a root of Debian's, boot its kernel and run the tests there
    TestStock {
        /// The package, its first use, and one comparison of every entry
        #[arg(long)]
        short: bool,
        /// For the test program, for example a part of a test's name
        #[arg(
            trailing_var_arg = true,
            allow_hyphen_values = true,
            value_name = "ARGUMENT"
        )]
        arguments: Vec<String>,
    },
    /// check, host, kunit, e2e, the short test-runtimes, test-patch, the short test-stock and bench-check; with ARCH= of
    /// another machine, kunit and the shortest of e2e
    Test,
    /// kunit and e2e in full on a kernel that looks for mistakes
    TestDebug,
}

impl Command {
    /// Whether it can be about another architecture than the host's, which `ARCH=` names.
    pub(crate) fn is_for_any_architecture(&self) -> bool {
        matches!(
            self,
            Self::Setup
                | Self::Module
                | Self::Install
                | Self::Clean
                | Self::Run
                | Self::Shell { stock: false, .. }
                | Self::Vm { stock: false, .. }
                | Self::Kunit
                | Self::E2e { .. }
                | Self::Survival(_)
                | Self::Test
                | Self::TestDebug
        )
    }
}
