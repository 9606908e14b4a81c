// SPDX-License-Identifier: GPL-2.0

//! OCI bundles: `config.json` as a runtime writes it, and what the tests change in it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use serde_json::{json, Value};

use crate::command::{run, Done};
use crate::{image, questions};

/// A directory with a config.json.
pub(crate) struct Bundle {
    path: PathBuf,
    /// What is in the file; [`Bundle::run`] writes it.
    pub(crate) config: Value,
}

impl Bundle {
    /// One as `runtime spec` writes it, with the image as its root, which asks about `/proc`.
    pub(crate) fn new(runtime: &str) -> Result<Self> {
        let path = proc2_e2e::mount::new_directory()?;
        run(runtime, &["spec", "--bundle", &path.display().to_string()])?.well()?;
        let text = fs::read_to_string(path.join("config.json"))?;
        let mut config: Value = serde_json::from_str(&text)?;
        config["root"]["path"] = json!(image::root()?);
        config["process"]["terminal"] = json!(false);
        config["process"]["args"] = json!(["/bin/sh", "-c", questions::script()]);
        Ok(Self { path, config })
    }

    /// Replaces procfs by an instance, and takes away what is mounted over parts of it.
    pub(crate) fn use_proc2(&mut self) -> Result<()> {
        let mounts = self.config["mounts"].as_array_mut();
        let mounts = mounts.context("config.json has no mounts")?;
        let proc = mounts
            .iter_mut()
            .find(|mount| mount["destination"] == "/proc");
        *proc.context("config.json has no mount on /proc")? = json!({
            "destination": "/proc",
            "type": "proc2",
            "source": "proc2",
            "options": ["subset=container", "nosuid", "noexec", "nodev"],
        });
        for list in ["maskedPaths", "readonlyPaths"] {
            if let Some(paths) = self.config["linux"][list].as_array_mut() {
                let below = |path: &Value| path.as_str().is_some_and(|p| p.starts_with("/proc"));
                paths.retain(|path| !below(path));
            }
        }
        Ok(())
    }

    /// Gives the container a user namespace, in which root is a user without rights outside.
    pub(crate) fn use_user_namespace(&mut self) -> Result<()> {
        let linux = &mut self.config["linux"];
        let namespaces = linux["namespaces"].as_array_mut();
        let namespaces = namespaces.context("config.json has no namespaces")?;
        namespaces.push(json!({"type": "user"}));
        let mapping = json!([{"containerID": 0, "hostID": 100_000, "size": 65_536}]);
        linux["uidMappings"] = mapping.clone();
        linux["gidMappings"] = mapping;
        Ok(())
    }

    /// Takes config.json as something else has changed it.
    pub(crate) fn read_back(&mut self) -> Result<()> {
        let text = fs::read_to_string(self.path.join("config.json"))?;
        self.config = serde_json::from_str(&text)?;
        Ok(())
    }

    /// Writes config.json and runs the bundle; the container is gone afterwards.
    pub(crate) fn run(&self, runtime: impl AsRef<Path>) -> Result<Done> {
        let text = serde_json::to_string_pretty(&self.config)?;
        fs::write(self.path.join("config.json"), text)?;
        let name = self.path.file_name().and_then(|name| name.to_str());
        let name = name.context("the bundle has no name")?;
        run(
            runtime,
            &["run", "--bundle", &self.path.display().to_string(), name],
        )
    }
}

impl Drop for Bundle {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}
