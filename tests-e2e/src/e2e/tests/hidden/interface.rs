// SPDX-License-Identifier: GPL-2.0

//! Network interfaces, which bring entries of the registry and of `sys` along, and take them away.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use anyhow::{ensure, Context as _, Result};
use proc2_e2e::errno;

/// A message of rtnetlink(7), put together.
struct Message(Vec<u8>);

impl Message {
    fn new(kind: u16, flags: u16) -> Self {
        let mut bytes = vec![0; 4]; // its length, at the end
        bytes.extend(kind.to_ne_bytes());
        bytes.extend((flags | REQUEST | ACKNOWLEDGE).to_ne_bytes());
        // The number of the message, the port, and a struct ifinfomsg.
        bytes.extend([0; 8 + 16]);
        Self(bytes)
    }

    fn attribute(&mut self, kind: u16, value: &[u8]) {
        self.0.extend((4 + value.len() as u16).to_ne_bytes());
        self.0.extend(kind.to_ne_bytes());
        self.0.extend(value);
        self.0.resize(self.0.len().next_multiple_of(4), 0);
    }

    /// Sends it, and gives the kernel's answer: 0 or an errno.
    fn send(mut self) -> Result<i32> {
        let len = self.0.len() as u32;
        self.0[..4].copy_from_slice(&len.to_ne_bytes());
        // SAFETY: a new descriptor, and buffers that live through the calls.
        unsafe {
            let kind = libc::SOCK_RAW | libc::SOCK_CLOEXEC;
            let fd = libc::socket(libc::AF_NETLINK, kind, libc::NETLINK_ROUTE);
            ensure!(fd >= 0, "a netlink socket: {}", errno::last());
            let fd = OwnedFd::from_raw_fd(fd);
            let sent = libc::send(fd.as_raw_fd(), self.0.as_ptr().cast(), self.0.len(), 0);
            ensure!(sent == self.0.len() as isize, "send: {}", errno::last());
            let mut answer = [0u8; 512];
            let got = libc::recv(fd.as_raw_fd(), answer.as_mut_ptr().cast(), answer.len(), 0);
            ensure!(got >= 20, "recv: {got}");
            let number = answer[16..20].try_into().context("an errno")?;
            Ok(-i32::from_ne_bytes(number))
        }
    }
}

const REQUEST: u16 = 1;
const ACKNOWLEDGE: u16 = 4;
const CREATE_NEW: u16 = 0x400 | 0x200;
const NEW_LINK: u16 = 16;
const DELETE_LINK: u16 = 17;
const NAME: u16 = 3;
const INFO: u16 = 18;

/// An interface of the calling process's network namespace; it goes when dropped.
pub(in super::super) struct Interface(String);

impl Interface {
    /// Makes one of the kind `dummy`.
    pub(in super::super) fn new(name: &str) -> Result<Self> {
        let mut message = Message::new(NEW_LINK, CREATE_NEW);
        message.attribute(NAME, format!("{name}\0").as_bytes());
        // An attribute in an attribute: the kind.
        message.attribute(INFO, b"\x09\0\x01\0dummy\0\0\0");
        let errno = message.send()?;
        ensure!(errno == 0, "making {name}: {}", errno::name(errno));
        Ok(Self(name.into()))
    }
}

impl Drop for Interface {
    fn drop(&mut self) {
        let mut message = Message::new(DELETE_LINK, 0);
        message.attribute(NAME, format!("{}\0", self.0).as_bytes());
        let _ = message.send();
    }
}
