// SPDX-License-Identifier: MIT
//! A program on the crate msnp11-sdk, which is a client of today: it signs in,
//! adds somebody, waits until that one is there, writes, is answered, and
//! nudges.  Each thing done is a line of standard output.
//!
//! usage: zoo-sdk HOST PORT NEXUS EMAIL PASSWORD CONTACT

use msnp11_sdk::{Client, Event, MsnpList, MsnpStatus, PersonalMessage, PlainText};
use std::error::Error;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(15);

async fn wait<T>(
    events: &mut UnboundedReceiver<Event>,
    what: &str,
    mut found: impl FnMut(&Event) -> Option<T>,
) -> Result<T, Box<dyn Error>> {
    timeout(PATIENCE, async {
        while let Some(event) = events.recv().await {
            println!("event {event:?}");
            if let Some(value) = found(&event) {
                return Ok(value);
            }
        }
        Err(format!("no more events while waiting for {what}").into())
    })
    .await
    .map_err(|_| format!("{what} did not come"))?
}

fn plain(text: &str) -> PlainText {
    PlainText {
        bold: false,
        italic: true,
        underline: false,
        strikethrough: false,
        color: "ff8000".to_string(),
        text: text.to_string(),
    }
}

async fn sign_in(
    words: &[String],
) -> Result<(Client, UnboundedReceiver<Event>), Box<dyn Error>> {
    let (mut host, mut port) = (words[1].clone(), words[2].parse::<u16>()?);
    for _ in 0..3 {
        let client = Client::new(&host, port).await?;
        let (sender, events) = unbounded_channel();
        client.add_event_handler_closure(move |event| {
            let _ = sender.send(event);
            async {}
        });
        let email = words[4].clone();
        match client
            .login(email, &words[5], &words[3], "msnp11-sdk", "0.13.0")
            .await?
        {
            Event::RedirectedTo { server, port: p } => {
                println!("redirected");
                (host, port) = (server, p);
            }
            Event::Authenticated => return Ok((client, events)),
            other => return Err(format!("login: {other:?}").into()),
        }
    }
    Err("redirected without end".into())
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let words: Vec<String> = std::env::args().collect();
    let contact = words[6].clone();

    let (client, mut events) = sign_in(&words).await?;
    println!("signed in");
    client.set_presence(MsnpStatus::Online).await?;
    client
        .set_personal_message(&PersonalMessage {
            psm: "caf\u{e9} & <co>".to_string(),
            current_media: String::new(),
        })
        .await?;
    client.set_display_name("Amy of Rust").await?;
    println!("online");

    client
        .add_contact(&contact, &contact, MsnpList::ForwardList)
        .await?;
    println!("added");
    wait(&mut events, "presence", |event| match event {
        Event::InitialPresenceUpdate { email, presence, .. }
        | Event::PresenceUpdate { email, presence, .. }
            if *email == contact && presence.status == MsnpStatus::Online =>
        {
            Some(())
        }
        _ => None,
    })
    .await?;
    println!("seen");

    let board = client.create_session(&contact).await?;
    let (sender, mut said) = unbounded_channel();
    board.add_event_handler_closure(move |event| {
        let _ = sender.send(event);
        async {}
    });
    wait(&mut said, "the other in the talk", |event| match event {
        Event::ParticipantInSwitchboard { email } if *email == contact => Some(()),
        _ => None,
    })
    .await?;
    board.send_typing_user(&words[4]).await?;
    board.send_text_message(&plain("caf\u{e9} from Rust")).await?;
    println!("said");
    let answer = wait(&mut said, "an answer", |event| match event {
        Event::TextMessage { email, message } if *email == contact => Some(message.text.clone()),
        _ => None,
    })
    .await?;
    println!("heard {answer}");
    board.send_nudge().await?;
    println!("nudged");
    board.disconnect().await?;
    client.disconnect().await?;
    println!("done");
    Ok(())
}
